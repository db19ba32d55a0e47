#pragma once

#include "tests/support/scripted_engine.h"
#include "ui/services.h"

#include <QApplication>
#include <QByteArray>
#include <QString>

namespace fovea::test {

/// The scripted model, which answers "Forty-two." to whatever it is asked.
Script one_answer();

/// Services with a scripted engine; pictures are decoded by Qt.
ui::WindowServices scripted_services(
    Script script, const QString& state_folder,
    std::shared_ptr<ScriptedEngine::Record> record = std::make_shared<ScriptedEngine::Record>());

/// A PNG of one colour.
QByteArray png(int width, int height, int shade = 128);

/// Whether FOVEA_QUIET_MACHINE is set, as figures.py sets it: the machine does nothing else, so that times
/// may be judged.
bool quiet_machine();

/// Measures what each event costs its thread in processor time, so that waiting for other work counts for
/// nothing; on a quiet machine the time that it takes, waiting for locks and disks included.
class WatchedApplication : public QApplication {
 public:
  using QApplication::QApplication;
  bool notify(QObject* receiver, QEvent* event) override;

  static double longest;           ///< milliseconds, of one event on the GUI thread
  static const char* longest_for;  ///< the class that took it …
  static int longest_type;         ///< … and its QEvent::Type

 private:
  int depth_ = 0;
};

/// The events from its making on: check() fails the test if one took over 50 ms on a quiet machine, and over
/// 250 ms on another, whose cores and caches are shared: what grows with the length of a chat takes seconds.
class Watchdog {
 public:
  Watchdog() { WatchedApplication::longest = 0.0; }
  void check() const;
};

}  // namespace fovea::test
