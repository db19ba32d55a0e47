#include "ui/region_overlay.h"

#include "ui/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScreen>
#include <cmath>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kSmallest = 4;  // pixels; a smaller rectangle is a click that slipped
constexpr QColor kShade(0, 0, 0, 110);

}  // namespace

RegionOverlay::RegionOverlay(QScreen* screen, QPixmap picture)
    : QWidget(nullptr,
              Qt::Window | Qt::FramelessWindowHint | Qt::WindowStaysOnTopHint | Qt::BypassWindowManagerHint),
      picture_(std::move(picture)) {
  setAttribute(Qt::WA_DeleteOnClose);
  setGeometry(screen->geometry());
  setCursor(Qt::CrossCursor);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Choose a part of the screen"));
  setAccessibleDescription(tr("Pull a rectangle with the mouse. Enter takes the whole screen, Esc ends."));
}

void RegionOverlay::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.drawPixmap(rect(), picture_);
  QRegion shade(rect());
  if (!chosen_.isEmpty()) shade -= chosen_;
  painter.setClipRegion(shade);
  painter.fillRect(rect(), kShade);
  painter.setClipping(false);
  if (!chosen_.isEmpty()) {
    painter.setPen(QPen(QColor(current_colors().accent), 2));
    painter.drawRect(chosen_);
    return;
  }
  const QString hint = tr("Pull a rectangle. Enter: the whole screen. Esc: end.");
  QRect box = painter.fontMetrics().boundingRect(hint).adjusted(-16, -10, 16, 10);
  box.moveCenter(QPoint(width() / 2, height() / 8));
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(QColor(current_colors().raised));
  painter.drawRoundedRect(box, 6, 6);
  painter.setPen(QColor(current_colors().text));
  painter.drawText(box, Qt::AlignCenter, hint);
}

void RegionOverlay::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::RightButton) {
    Q_EMIT cancelled();
    return;
  }
  pulling_ = event->button() == Qt::LeftButton;
  from_ = event->pos();
  chosen_ = {};
  update();
}

void RegionOverlay::mouseMoveEvent(QMouseEvent* event) {
  if (!pulling_) return;
  chosen_ = QRect(from_, event->pos()).normalized() & rect();
  update();
}

void RegionOverlay::mouseReleaseEvent(QMouseEvent* event) {
  if (!std::exchange(pulling_, false)) return;
  chosen_ = QRect(from_, event->pos()).normalized() & rect();
  if (chosen_.width() >= kSmallest && chosen_.height() >= kSmallest) return take(chosen_);
  chosen_ = {};
  update();
}

void RegionOverlay::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) {
    Q_EMIT cancelled();
  } else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
    take(rect());
  }
}

void RegionOverlay::take(const QRect& place) {
  const double x = double(picture_.width()) / width();
  const double y = double(picture_.height()) / height();
  const QRect pixels(int(std::lround(place.x() * x)), int(std::lround(place.y() * y)),
                     int(std::lround(place.width() * x)), int(std::lround(place.height() * y)));
  QImage image = picture_.copy(pixels).toImage();
  image.setDevicePixelRatio(1.0);
  Q_EMIT taken(image);
}

}  // namespace fovea::ui
