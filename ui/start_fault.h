#pragma once

namespace fovea::ui {

/// While one lives, a fault that keeps Qt from starting (a display that refuses this user, a platform's
/// library that is missing) is told in a sentence on stderr, and the program begins anew as if there were no
/// display; Qt alone would abort. One at a time, by the thread that makes the QApplication, before there are
/// others.
class StartFault {
 public:
  StartFault();
  ~StartFault();
  StartFault(const StartFault&) = delete;
  StartFault& operator=(const StartFault&) = delete;
};

}  // namespace fovea::ui
