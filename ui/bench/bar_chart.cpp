#include "ui/bench/bar_chart.h"

#include "ui/accessible_roles.h"
#include "ui/quantities.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <array>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kLabelWidth = 170;
constexpr int kTextWidth = 150;
constexpr double kThinnestBar = 2.0;
constexpr std::array kHatchings = {Qt::NoBrush, Qt::BDiagPattern, Qt::Dense6Pattern, Qt::VerPattern,
                                   Qt::CrossPattern};

}  // namespace

double Bar::value() const {
  double sum = 0.0;
  for (const BarPart& part : parts) sum += part.value;
  return sum;
}

BarChart::BarChart(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  set_accessible_role(this, QAccessible::Chart);
  setMouseTracking(true);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Minimum);
}

void BarChart::set(const QString& title, std::vector<Bar> bars) {
  title_ = title;
  bars_ = std::move(bars);
  current_ = std::clamp(current_, 0, std::max(0, int(bars_.size()) - 1));
  tell();
  updateGeometry();
  update();
}

void BarChart::set_current(int bar) {
  if (bar < 0 || bar >= int(bars_.size()) || bar == current_) return;
  current_ = bar;
  tell();
  update();
  Q_EMIT currentChanged(bar);
}

int BarChart::row_height() const {
  return scaled(26);
}

QSize BarChart::sizeHint() const {
  return {480, std::max(1, int(bars_.size())) * row_height() + kSpace1};
}
QSize BarChart::minimumSizeHint() const {
  return {320, sizeHint().height()};
}

int BarChart::bar_at(const QPoint& place) const {
  const int row = place.y() / row_height();
  return place.y() >= 0 && row < int(bars_.size()) ? row : -1;
}

QString BarChart::words(int bar) const {
  const Bar& one = bars_[std::size_t(bar)];
  QStringList out = {QStringLiteral("%1: %2").arg(one.label, one.text)};
  if (one.parts.size() > 1) {
    for (const BarPart& part : one.parts)
      out.append(QStringLiteral("%1 %2").arg(part.name, fixed_text(part.value, part.value < 10.0 ? 2 : 0)));
  }
  return out.join(QStringLiteral(", "));
}

void BarChart::tell() {
  setAccessibleName(title_);
  setAccessibleDescription(
      bars_.empty() ? QString()
                    : tr("%1, bar %2 of %3").arg(words(current_)).arg(current_ + 1).arg(int(bars_.size())));
  QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
  QAccessible::updateAccessibility(&changed);
}

void BarChart::paint_bar(QPainter& painter, const Bar& bar, const QRectF& track, double top) const {
  const Colors& colors = current_colors();
  double left = track.left();
  for (std::size_t i = 0; i < bar.parts.size(); ++i) {
    const BarPart& part = bar.parts[i];
    if (!(part.value > 0.0)) continue;
    const QRectF piece(left, track.top(), std::max(kThinnestBar, track.width() * part.value / top),
                       track.height());
    painter.setPen(QPen(QColor(colors.surface), 1));
    painter.setBrush(QColor(part.color != 0 ? part.color : colors.accent));
    painter.drawRect(piece);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QBrush(QColor(0, 0, 0, 110), kHatchings[i % kHatchings.size()]));
    painter.drawRect(piece);
    if (bar.parts.size() > 1 &&
        painter.fontMetrics().horizontalAdvance(part.name) + kSpace2 < piece.width()) {
      // On a plate of its own: the name is read on any colour and hatching.
      QRectF plate(0, 0, painter.fontMetrics().horizontalAdvance(part.name) + kSpace1, piece.height() - 4);
      plate.moveCenter(piece.center());
      painter.setBrush(QColor(colors.surface));
      painter.drawRoundedRect(plate, 2, 2);
      painter.setPen(QColor(colors.text));
      painter.drawText(plate, Qt::AlignCenter, part.name);
    }
    left += track.width() * part.value / top;
  }
  if (bar.low >= bar.high) return;
  const double middle = track.center().y();
  const double low = track.left() + track.width() * std::max(0.0, bar.low) / top;
  const double high = track.left() + track.width() * bar.high / top;
  // Drawn twice, dark on light: it is seen on the bar and beside it.
  for (const QPen& pen : {QPen(QColor(colors.surface), 4), QPen(QColor(colors.text), 1.5)}) {
    painter.setPen(pen);
    painter.drawLine(QPointF(low, middle), QPointF(high, middle));
    painter.drawLine(QPointF(low, middle - 4), QPointF(low, middle + 4));
    painter.drawLine(QPointF(high, middle - 4), QPointF(high, middle + 4));
  }
}

void BarChart::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const Colors& colors = current_colors();
  QFont small = font();
  small.setPixelSize(scaled(kSmallText));
  double top = 1e-12;
  for (const Bar& bar : bars_) top = std::max({top, bar.value(), bar.high});
  const int labels = std::min(scaled(kLabelWidth), width() / 3);
  const int texts = std::min(scaled(kTextWidth), width() / 3);
  int y = 0;
  for (int i = 0; i < int(bars_.size()); ++i, y += row_height()) {
    const Bar& bar = bars_[std::size_t(i)];
    if (i == current_ && hasFocus()) {
      painter.setPen(QPen(QColor(colors.accent), 1));
      painter.setBrush(QColor(colors.accent_soft));
      painter.drawRoundedRect(QRectF(0.5, y + 0.5, width() - 1.0, row_height() - 1.0), 4, 4);
    }
    painter.setFont(small);
    painter.setPen(QColor(colors.text));
    painter.drawText(QRect(kSpace1, y, labels - kSpace2, row_height()), Qt::AlignVCenter | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(bar.label, Qt::ElideMiddle, labels - kSpace2));
    const QRectF track(labels, y + 5, std::max(20, width() - labels - texts), row_height() - 10);
    paint_bar(painter, bar, track, top);
    painter.setPen(QColor(colors.text));
    painter.drawText(QRect(width() - texts + kSpace2, y, texts - kSpace2 - kSpace1, row_height()),
                     Qt::AlignVCenter | Qt::AlignRight, bar.text);
  }
}

void BarChart::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Down:
      return set_current(current_ + 1);
    case Qt::Key_Up:
      return set_current(current_ - 1);
    case Qt::Key_Home:
      return set_current(0);
    case Qt::Key_End:
      return set_current(int(bars_.size()) - 1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
      if (!bars_.empty()) Q_EMIT activated(current_);
      return;
    default:
      QWidget::keyPressEvent(event);
  }
}

void BarChart::mousePressEvent(QMouseEvent* event) {
  const int bar = bar_at(event->pos());
  if (bar < 0 || event->button() != Qt::LeftButton) return;
  set_current(bar);
  Q_EMIT activated(bar);
}

void BarChart::focusInEvent(QFocusEvent* event) {
  QWidget::focusInEvent(event);
  update();
}

void BarChart::focusOutEvent(QFocusEvent* event) {
  QWidget::focusOutEvent(event);
  update();
}

bool BarChart::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  if (const int bar = bar_at(help->pos()); bar >= 0) {
    QToolTip::showText(help->globalPos(), words(bar));
  } else {
    QToolTip::hideText();
  }
  return true;
}

}  // namespace fovea::ui
