#include "ui/monitor/gauge_chart.h"

#include "ui/accessible_roles.h"
#include "ui/gauge_words.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kPlotHeight = 64;
constexpr int kFewestLabels = 3;
/// Beside the plot stands its scale, as wide in every chart so that their times stand below each other.
constexpr auto kWidestScale = "1.00 GB/s";
constexpr double kDay = 86'400.0;
constexpr std::array kSteps = {10.0,   30.0,   60.0,    120.0,   300.0,    600.0,   1800.0,
                               3600.0, 7200.0, 10800.0, 21600.0, 43'200.0, 86'400.0};

QFont small_font(QFont font) {
  font.setPixelSize(scaled(kSmallText));
  return font;
}

/// The least of 1, 2, 5, 10, 20 ... that is not below the value.
double round_up(double value) {
  if (!(value > 0.0)) return 1.0;
  const double power = std::pow(10.0, std::floor(std::log10(value)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (value <= factor * power * (1.0 + 1e-9)) return factor * power;
  }
  return 10.0 * power;
}

bool in_percent(watch::Gauge gauge) {
  return limit_unit(gauge).unit == QLatin1String("%");
}

}  // namespace

GaugeChart::GaugeChart(watch::Gauge gauge, QWidget* parent) : QWidget(parent), gauge_(gauge) {
  setFocusPolicy(Qt::StrongFocus);
  set_accessible_role(this, QAccessible::Chart);
  setMouseTracking(true);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setToolTip(gauge_tip(gauge));
  tell();
}

QSize GaugeChart::sizeHint() const {
  return {340, head_height() + scaled(kPlotHeight) + scaled(kSmallText) + 2 * kSpace1};
}
QSize GaugeChart::minimumSizeHint() const {
  return {220, sizeHint().height()};
}

int GaugeChart::head_height() const {
  return QFontMetrics(small_font(font())).height() + kSpace1;
}

int GaugeChart::scale_width() const {
  return QFontMetrics(small_font(font())).horizontalAdvance(QLatin1String(kWidestScale));
}

QRectF GaugeChart::plot() const {
  const double top = head_height() + 0.5;
  const double left = kSpace1 + scale_width() + kSpace1 + 0.5;
  return {left, top, width() - left - kSpace1 - 0.5, double(scaled(kPlotHeight))};
}

QRectF GaugeChart::scale_top() const {
  const QRectF area = plot();
  return {double(kSpace1), area.top(), double(scale_width()),
          double(QFontMetrics(small_font(font())).height())};
}

double GaugeChart::x_of(const QRectF& plot, double time) const {
  return plot.left() + plot.width() * (time - from_) / std::max(1e-9, to_ - from_);
}

double GaugeChart::time_at(const QRectF& plot, double x) const {
  return from_ + (to_ - from_) * (x - plot.left()) / std::max(1.0, plot.width());
}

void GaugeChart::set(const Series& series, double from, double to) {
  series_ = series;
  from_ = from;
  to_ = to;
  tell();
  update();
}

void GaugeChart::set_rules(std::vector<double> limits, bool standing, std::vector<double> began) {
  limits_ = std::move(limits);
  began_ = std::move(began);
  standing_ = standing;
  tell();
  update();
}

void GaugeChart::set_cursor(std::optional<double> time) {
  if (cursor_ == time) return;
  cursor_ = time;
  tell();
  update();
}

const Slice* GaugeChart::shown_slice() const {
  const double reach = longest_gap(from_, to_);
  return cursor_ ? slice_at(series_, *cursor_, reach) : slice_at(series_, to_, reach);
}

QString GaugeChart::value_text() const {
  const Slice* slice = shown_slice();
  if (slice == nullptr) return cursor_ ? tr("%1: nothing").arg(moment_words(*cursor_)) : QStringLiteral("–");
  const QString value =
      slice->high > slice->low && gauge_text(gauge_, slice->low) != gauge_text(gauge_, slice->high)
          ? tr("%1 (%2 to %3)")
                .arg(gauge_text(gauge_, slice->mean), gauge_text(gauge_, slice->low),
                     gauge_text(gauge_, slice->high))
          : gauge_text(gauge_, slice->mean);
  return cursor_ ? QStringLiteral("%1: %2").arg(moment_words(slice->time), value) : value;
}

double GaugeChart::ceiling() const {
  if (in_percent(gauge_)) return 100.0;
  double highest = 0.0;
  for (const Slice& slice : series_) highest = std::max(highest, slice.high);
  // A limit within sight belongs into the picture; one far above would flatten the curve.
  for (const double limit : limits_) {
    if (limit < 3.0 * highest) highest = std::max(highest, limit);
  }
  return round_up(highest);
}

void GaugeChart::tell() {
  const QString name = gauge_words(gauge_);
  setAccessibleName(standing_ ? tr("%1, above its limit").arg(name) : name);
  QString words = value_text();
  if (!series_.empty()) {
    const auto highest = std::max_element(series_.begin(), series_.end(),
                                          [](const Slice& a, const Slice& b) { return a.high < b.high; });
    words =
        tr("%1, highest %2 at %3").arg(words, gauge_text(gauge_, highest->high), moment_words(highest->time));
  }
  if (words == accessibleDescription()) return;
  setAccessibleDescription(words);
  if (!hasFocus()) return;
  QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
  QAccessible::updateAccessibility(&changed);
}

void GaugeChart::step(int slices) {
  if (series_.empty()) return;
  const Slice* now = shown_slice();
  const auto last = std::ssize(series_) - 1;
  const auto at = now == nullptr ? last : now - series_.data();
  const auto next = std::clamp<std::ptrdiff_t>(at + slices, 0, last);
  Q_EMIT cursorMoved(series_[std::size_t(next)].time);
}

void GaugeChart::keyPressEvent(QKeyEvent* event) {
  constexpr int kLeap = 20;
  const bool leap = event->modifiers().testFlag(Qt::ControlModifier);
  switch (event->key()) {
    case Qt::Key_Left:
      return step(leap ? -kLeap : -1);
    case Qt::Key_Right:
      return step(leap ? kLeap : 1);
    case Qt::Key_Home:
      return step(-kSlices);
    case Qt::Key_End:
      Q_EMIT cursorMoved({});
      return;
    default:
      QWidget::keyPressEvent(event);
  }
}

void GaugeChart::mouseMoveEvent(QMouseEvent* event) {
  const QRectF area = plot();
  const double x = std::clamp(event->position().x(), area.left(), area.right());
  Q_EMIT cursorMoved(time_at(area, x));
}

void GaugeChart::leaveEvent(QEvent* event) {
  QWidget::leaveEvent(event);
  Q_EMIT cursorMoved({});
}

void GaugeChart::focusInEvent(QFocusEvent* event) {
  QWidget::focusInEvent(event);
  update();
}

void GaugeChart::focusOutEvent(QFocusEvent* event) {
  QWidget::focusOutEvent(event);
  update();
}

void GaugeChart::paint_times(QPainter& painter, const QRectF& plot) const {
  const Colors& colors = current_colors();
  const bool with_day = to_ - from_ > kDay;
  const QFontMetrics metrics = painter.fontMetrics();
  const int widest = metrics.horizontalAdvance(clock_words(from_, with_day)) + kSpace3;
  const double fits = std::max<double>(kFewestLabels, std::floor(plot.width() / widest));
  const auto* const found = std::find_if(kSteps.begin(), kSteps.end(), [&](double step) {
    return (to_ - from_) / step <= fits && step >= 60.0;
  });
  double step = found == kSteps.end() ? kDay : *found;
  while ((to_ - from_) / step > fits) step *= 2.0;
  const int y = int(plot.bottom()) + metrics.ascent() + 2;
  // Whole hours of the user's own clock: offsets of zones are multiples of 15 minutes.
  for (double at = std::ceil(from_ / step) * step; at <= to_; at += step) {
    const double x = x_of(plot, at);
    painter.setPen(QPen(QColor(colors.line), 1));
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom() + 2));
    const QString text = clock_words(at, with_day);
    const int half = metrics.horizontalAdvance(text) / 2;
    if (x - half < plot.left() - kSpace1 || x + half > plot.right() + kSpace1) continue;
    painter.setPen(QColor(colors.muted));
    painter.drawText(QPointF(x - half, y), text);
  }
}

void GaugeChart::paint_curve(QPainter& painter, const QRectF& plot, double top) const {
  const Colors& colors = current_colors();
  const auto y_of = [&](double value) {
    return plot.bottom() - plot.height() * std::clamp(value / top, 0.0, 1.0);
  };
  const double gap = longest_gap(from_, to_);
  for (std::size_t begin = 0; begin < series_.size();) {
    std::size_t end = begin + 1;
    while (end < series_.size() && series_[end].time - series_[end - 1].time <= gap) ++end;
    QPainterPath mean;
    QPolygonF band;
    for (std::size_t i = begin; i < end; ++i) {
      const QPointF point(x_of(plot, series_[i].time), y_of(series_[i].mean));
      i == begin ? mean.moveTo(point) : mean.lineTo(point);
      band.append(QPointF(point.x(), y_of(series_[i].high)));
    }
    for (std::size_t i = end; i-- > begin;)
      band.append(QPointF(x_of(plot, series_[i].time), y_of(series_[i].low)));
    painter.setPen(Qt::NoPen);
    QColor soft(colors.accent);
    soft.setAlpha(70);
    painter.setBrush(soft);
    // A pale band needs no smooth edge; its many corners make one dear.
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.drawPolygon(band);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(colors.accent), 1.5));
    if (end - begin == 1) {
      painter.drawEllipse(QPointF(x_of(plot, series_[begin].time), y_of(series_[begin].mean)), 1.5, 1.5);
    } else {
      painter.drawPath(mean);
    }
    begin = end;
  }
}

void GaugeChart::paint_rules(QPainter& painter, const QRectF& plot, double top) const {
  const Colors& colors = current_colors();
  for (const double limit : limits_) {
    if (limit > top) continue;
    const double y = plot.bottom() - plot.height() * limit / top;
    painter.setPen(QPen(QColor(colors.warning), 1, Qt::DashLine));
    painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
  }
  painter.setPen(Qt::NoPen);
  painter.setBrush(QColor(colors.bad));
  for (const double time : began_) {
    if (time < from_ || time > to_) continue;
    const double x = x_of(plot, time);
    painter.drawPolygon(
        QPolygonF({QPointF(x - 4, plot.top()), QPointF(x + 4, plot.top()), QPointF(x, plot.top() + 7)}));
  }
}

void GaugeChart::paint_cursor(QPainter& painter, const QRectF& plot, double top) const {
  if (!cursor_ || *cursor_ < from_ || *cursor_ > to_) return;
  const Colors& colors = current_colors();
  const Slice* slice = shown_slice();
  const double x = x_of(plot, slice == nullptr ? *cursor_ : slice->time);
  painter.setPen(QPen(QColor(colors.text), 1, Qt::DotLine));
  painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
  if (slice == nullptr) return;
  painter.setPen(QPen(QColor(colors.surface), 1));
  painter.setBrush(QColor(colors.text));
  painter.drawEllipse(QPointF(x, plot.bottom() - plot.height() * std::clamp(slice->mean / top, 0.0, 1.0)),
                      3.0, 3.0);
}

void GaugeChart::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setFont(small_font(font()));
  const Colors& colors = current_colors();
  if (hasFocus()) {
    painter.setPen(QPen(QColor(colors.accent), 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
  }
  const QRectF area = plot();
  const QRectF head(kSpace1, 1, area.right() - kSpace1, head_height() - 1);
  const QString value = value_text();
  const int value_width = painter.fontMetrics().horizontalAdvance(value) + kSpace2;
  painter.setPen(QColor(standing_ ? colors.bad : colors.text));
  const QString name = (standing_ ? QStringLiteral("⚠ ") : QString()) + gauge_words(gauge_);
  painter.drawText(head, Qt::AlignLeft | Qt::AlignVCenter,
                   painter.fontMetrics().elidedText(name, Qt::ElideRight, int(head.width()) - value_width));
  painter.setPen(QColor(colors.text));
  painter.drawText(head, Qt::AlignRight | Qt::AlignVCenter, value);
  const double top = ceiling();
  painter.setPen(QPen(QColor(colors.line), 1));
  painter.drawLine(area.bottomLeft(), area.bottomRight());
  painter.setPen(QPen(QColor(colors.line), 1, Qt::DotLine));
  painter.drawLine(area.topLeft(), area.topRight());
  paint_times(painter, area);
  painter.setClipRect(area.adjusted(-1, -1, 1, 1));  // a slice may begin before the range
  paint_curve(painter, area, top);
  painter.setClipping(false);
  paint_rules(painter, area, top);
  painter.setPen(QColor(colors.muted));
  const QRectF scale = scale_top();
  painter.drawText(scale, Qt::AlignRight | Qt::AlignTop, gauge_text(gauge_, top));
  painter.drawText(QRectF(scale.left(), area.bottom() - scale.height(), scale.width(), scale.height()),
                   Qt::AlignRight | Qt::AlignBottom, QStringLiteral("0"));
  paint_cursor(painter, area, top);
}

}  // namespace fovea::ui
