#pragma once

#include "ui/regions.h"

#include <QImage>
#include <QPixmap>
#include <QWidget>
#include <vector>

class QPainter;

namespace fovea::ui {

/// A picture with zoom (wheel, + and -, 0 fits), pan (drag, arrow keys), the model's patch grid and regions
/// over it.
class PictureView : public QWidget {
  Q_OBJECT

 public:
  explicit PictureView(QWidget* parent = nullptr);

  /// `sharp`: pixels stay squares when enlarged.
  void set_picture(const QImage& picture, bool sharp);
  /// Patches across and down, and how many of them a side make one token; 0: no grid.
  void set_grid(int across, int down, int merge);
  void set_regions(const std::vector<Region>& regions);
  void highlight(int region);
  void fit();
  /// Shows the same part as another view of the same picture.
  void look(double zoom, QPointF middle);

 Q_SIGNALS:
  /// Another part is shown: how much nearer than whole, and its middle in shares of the picture.
  void looked(double zoom, QPointF middle);
  void regionHovered(int region);
  void regionMenuWanted(int region, const QPoint& global);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  QRectF place() const;  ///< of the picture in the widget
  void zoom(double factor, QPointF around);
  void move_to(QPointF middle);
  int region_at(QPointF point) const;
  void paint_grid(QPainter& painter, const QRectF& place) const;
  void paint_regions(QPainter& painter, const QRectF& place) const;

  QImage picture_;
  QPixmap fitted_;  // the picture at the size of place(), while all of it is seen
  bool sharp_ = false;
  int across_ = 0;
  int down_ = 0;
  int merge_ = 1;
  std::vector<Region> regions_;
  int lit_ = -1;
  double zoom_ = 1.0;         // 1: fits
  QPointF middle_{0.5, 0.5};  // of the widget, in shares of the picture
  QPointF dragged_from_;
};

}  // namespace fovea::ui
