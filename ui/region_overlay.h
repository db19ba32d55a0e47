#pragma once

#include <QPixmap>
#include <QPoint>
#include <QWidget>

class QScreen;

namespace fovea::ui {

/// A screen's picture over that screen, darkened, on which a rectangle is pulled with the mouse. Enter takes
/// the rectangle, or the whole screen if there is none; Esc ends it.
class RegionOverlay : public QWidget {
  Q_OBJECT

 public:
  RegionOverlay(QScreen* screen, QPixmap picture);

 Q_SIGNALS:
  /// In the screen's own pixels.
  void taken(const QImage& picture);
  void cancelled();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void take(const QRect& place);

  QPixmap picture_;
  QPoint from_;
  QRect chosen_;  // in the widget's pixels
  bool pulling_ = false;
};

}  // namespace fovea::ui
