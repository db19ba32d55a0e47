#pragma once

#include <QFrame>

class QToolButton;
class QVBoxLayout;

namespace fovea::ui {

/// Holds a widget over the right side of another, where there is no room beside it. Closed by its button or
/// by whoever opened it. GUI thread.
class Overlay : public QFrame {
  Q_OBJECT

 public:
  /// Lies over `under`, both inside `parent`, and moves along with it.
  Overlay(QWidget* under, QWidget* parent);

  /// Over another widget from now on.
  void lie_over(QWidget* under);
  /// Takes `content` over; it is shown by open().
  void hold(QWidget* content);
  void open();
  void close_again();

 Q_SIGNALS:
  void closed();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void place();

  QWidget* under_;
  QVBoxLayout* layout_;
  QToolButton* close_;
};

}  // namespace fovea::ui
