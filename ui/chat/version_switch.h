#pragma once

#include <QWidget>

class QLabel;
class QToolButton;

namespace fovea::ui {

/// "‹ 2/3 ›" beside a message: the way to its other versions, by mouse and by keys. Hidden where there is but
/// one.
class VersionSwitch : public QWidget {
  Q_OBJECT

 public:
  explicit VersionSwitch(QWidget* parent = nullptr);

  /// Counted from 1. While an answer runs nothing can be switched, and the tooltip says so.
  void set_place(int number, int count, bool can_switch);
  /// Puts the keys on the arrow that goes on or, for a negative step, back; on the other one at the end.
  void focus(int step);

 Q_SIGNALS:
  /// The version so many further on is wanted: -1 or 1.
  void wanted(int step);

 private:
  QToolButton* back_;
  QToolButton* on_;
  QString back_tip_;
  QString on_tip_;
  QLabel* place_;
};

}  // namespace fovea::ui
