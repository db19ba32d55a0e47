#include "ui/image/picture_view.h"

#include "ui/accessible_roles.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace fovea::ui {
namespace {

constexpr double kMostZoom = 64.0;
constexpr double kSmallestCell = 4.0;  // pixels; a finer grid is left out
constexpr double kStep = 1.25;
constexpr double kPointRadius = 6.0;

constexpr QRgb kRegionColors[] = {0xFF0072B2, 0xFFD55E00, 0xFF009E73, 0xFFCC79A7, 0xFFE69F00, 0xFF56B4E9};

QColor region_color(int index) {
  return QColor(kRegionColors[std::size_t(index) % std::size(kRegionColors)]);
}

QRectF region_place(const Region& region, const QRectF& place) {
  QRectF box(place.left() + region.box.left() * place.width(),
             place.top() + region.box.top() * place.height(), region.box.width() * place.width(),
             region.box.height() * place.height());
  if (region.point) box.adjust(-kPointRadius, -kPointRadius, kPointRadius, kPointRadius);
  return box;
}

}  // namespace

PictureView::PictureView(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(120, 120);
  set_accessible_role(this, QAccessible::Graphic);
  setAccessibleName(tr("Picture"));
  setToolTip(tr("Wheel or + and - zoom, dragging moves, 0 fits"));
}

void PictureView::set_picture(const QImage& picture, bool sharp) {
  const bool same_shape = !picture_.isNull() && !picture.isNull() &&
                          std::abs(double(picture.width()) / picture.height() -
                                   double(picture_.width()) / picture_.height()) < 0.05;
  picture_ = picture;
  sharp_ = sharp;
  fitted_ = {};
  if (!same_shape) fit();
  update();
}

void PictureView::set_grid(int across, int down, int merge) {
  across_ = across;
  down_ = down;
  merge_ = std::max(1, merge);
  update();
}

void PictureView::set_regions(const std::vector<Region>& regions) {
  regions_ = regions;
  lit_ = -1;
  update();
}

void PictureView::highlight(int region) {
  if (region == lit_) return;
  lit_ = region;
  update();
}

void PictureView::fit() {
  zoom_ = 1.0;
  fitted_ = {};
  move_to({0.5, 0.5});
}

void PictureView::look(double zoom, QPointF middle) {
  if (zoom == zoom_ && middle == middle_) return;
  zoom_ = zoom;
  fitted_ = {};
  move_to(middle);
}

void PictureView::move_to(QPointF middle) {
  middle_ = {std::clamp(middle.x(), 0.0, 1.0), std::clamp(middle.y(), 0.0, 1.0)};
  update();
  Q_EMIT looked(zoom_, middle_);
}

QRectF PictureView::place() const {
  if (picture_.isNull()) return {};
  const QSizeF size =
      QSizeF(picture_.size()).scaled(QSizeF(this->size()) - QSizeF(2, 2), Qt::KeepAspectRatio) * zoom_;
  QPointF corner(width() * 0.5 - middle_.x() * size.width(), height() * 0.5 - middle_.y() * size.height());
  // What fits is centred; what doesn't leaves no gap at its sides.
  const auto held = [](double at, double length, double room) {
    return length <= room ? (room - length) * 0.5 : std::clamp(at, room - length, 0.0);
  };
  corner = {held(corner.x(), size.width(), width()), held(corner.y(), size.height(), height())};
  return {corner, size};
}

void PictureView::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  const Colors& colors = current_colors();
  painter.fillRect(rect(), QColor(colors.bubble));
  if (picture_.isNull()) return;
  const QRectF place = this->place();
  const bool enlarged = place.width() > picture_.width();
  if (zoom_ <= 1.0 && !(sharp_ && enlarged)) {
    const QSize wanted = (place.size() * devicePixelRatioF()).toSize();
    if (fitted_.size() != wanted) {
      fitted_ = QPixmap::fromImage(picture_.scaled(wanted, Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
    }
    painter.drawPixmap(place, fitted_, QRectF(fitted_.rect()));
  } else {
    painter.setRenderHint(QPainter::SmoothPixmapTransform, !(sharp_ && enlarged));
    const QRectF seen = place.intersected(QRectF(rect()));
    const double scale = picture_.width() / place.width();
    const QRectF source((seen.left() - place.left()) * scale, (seen.top() - place.top()) * scale,
                        seen.width() * scale, seen.height() * scale);
    painter.drawImage(seen, picture_, source);
  }
  paint_grid(painter, place);
  paint_regions(painter, place);
  if (hasFocus()) {
    painter.setPen(QColor(colors.accent));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
  }
}

void PictureView::paint_grid(QPainter& painter, const QRectF& place) const {
  if (across_ <= 0 || down_ <= 0) return;
  const double cell = place.width() / across_;
  const auto lines = [&](int step, const QColor& color) {
    painter.setPen(QPen(color, 1));
    for (int i = 0; i <= across_; i += step) {
      const double x = std::round(place.left() + place.width() * i / across_) + 0.5;
      painter.drawLine(QPointF(x, place.top()), QPointF(x, place.bottom()));
    }
    for (int i = 0; i <= down_; i += step) {
      const double y = std::round(place.top() + place.height() * i / down_) + 0.5;
      painter.drawLine(QPointF(place.left(), y), QPointF(place.right(), y));
    }
  };
  if (cell >= kSmallestCell && merge_ > 1) lines(1, QColor(255, 255, 255, 60));
  if (cell * merge_ >= kSmallestCell) lines(merge_, QColor(0, 160, 150, 150));
}

void PictureView::paint_regions(QPainter& painter, const QRectF& place) const {
  painter.setRenderHint(QPainter::Antialiasing);
  QFont font = this->font();
  font.setPixelSize(scaled(kSmallText));
  font.setWeight(QFont::DemiBold);
  painter.setFont(font);
  for (int i = 0; i < int(regions_.size()); ++i) {
    const Region& region = regions_[std::size_t(i)];
    const QRectF box = region_place(region, place);
    const QColor color = region_color(i);
    const bool lit = i == lit_;
    QColor fill = color;
    fill.setAlpha(lit ? 70 : 0);
    painter.setBrush(fill);
    painter.setPen(QPen(color, lit ? 3 : 2));
    if (region.point) {
      painter.drawEllipse(box);
    } else {
      painter.drawRect(box);
    }
    const QString text = lit && !region.label.isEmpty() ? QStringLiteral("%1 %2").arg(i + 1).arg(region.label)
                                                        : QString::number(i + 1);
    QRectF tag = QRectF(QFontMetricsF(font).boundingRect(text)).adjusted(-4, -1, 4, 1);
    tag.moveTopLeft(QPointF(box.left() - 1, std::max(0.0, box.top() - tag.height())));
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(tag, 3, 3);
    painter.setPen(Qt::white);
    painter.drawText(tag, Qt::AlignCenter, text);
  }
}

int PictureView::region_at(QPointF point) const {
  const QRectF place = this->place();
  int best = -1;
  double area = 0.0;
  for (int i = 0; i < int(regions_.size()); ++i) {
    const QRectF box = region_place(regions_[std::size_t(i)], place);
    if (box.contains(point) && (best < 0 || box.width() * box.height() < area)) {
      best = i;
      area = box.width() * box.height();
    }
  }
  return best;
}

void PictureView::zoom(double factor, QPointF around) {
  const QRectF before = place();
  if (before.isEmpty()) return;
  const QPointF share((around.x() - before.left()) / before.width(),
                      (around.y() - before.top()) / before.height());
  zoom_ = std::clamp(zoom_ * factor, 1.0, kMostZoom);
  const QSizeF size =
      QSizeF(picture_.size()).scaled(QSizeF(this->size()) - QSizeF(2, 2), Qt::KeepAspectRatio) * zoom_;
  move_to({share.x() + (width() * 0.5 - around.x()) / size.width(),
           share.y() + (height() * 0.5 - around.y()) / size.height()});
}

void PictureView::wheelEvent(QWheelEvent* event) {
  zoom(std::pow(kStep, event->angleDelta().y() / 120.0), event->position());
  event->accept();
}

void PictureView::mousePressEvent(QMouseEvent* event) {
  dragged_from_ = event->position();
}

void PictureView::mouseMoveEvent(QMouseEvent* event) {
  if (event->buttons() & Qt::LeftButton) {
    const QRectF at = place();
    const QPointF by = event->position() - dragged_from_;
    dragged_from_ = event->position();
    if (at.isEmpty()) return;
    return move_to(middle_ - QPointF(by.x() / at.width(), by.y() / at.height()));
  }
  if (const int region = region_at(event->position()); region != lit_) {
    highlight(region);
    Q_EMIT regionHovered(region);
  }
}

void PictureView::leaveEvent(QEvent* /*event*/) {
  if (lit_ < 0) return;
  highlight(-1);
  Q_EMIT regionHovered(-1);
}

void PictureView::mouseDoubleClickEvent(QMouseEvent* /*event*/) {
  fit();
}

void PictureView::keyPressEvent(QKeyEvent* event) {
  const QPointF centre(width() * 0.5, height() * 0.5);
  const double step = 0.1 / zoom_;
  QPointF middle = middle_;
  switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return zoom(kStep, centre);
    case Qt::Key_Minus:
      return zoom(1.0 / kStep, centre);
    case Qt::Key_0:
      return fit();
    case Qt::Key_Left:
      middle.rx() -= step;
      break;
    case Qt::Key_Right:
      middle.rx() += step;
      break;
    case Qt::Key_Up:
      middle.ry() -= step;
      break;
    case Qt::Key_Down:
      middle.ry() += step;
      break;
    default:
      return QWidget::keyPressEvent(event);
  }
  move_to(middle);
}

void PictureView::resizeEvent(QResizeEvent* /*event*/) {
  fitted_ = {};
}

void PictureView::contextMenuEvent(QContextMenuEvent* event) {
  Q_EMIT regionMenuWanted(region_at(event->pos()), event->globalPos());
}

}  // namespace fovea::ui
