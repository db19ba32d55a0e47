#include "ui/monitor/gauge_chart.h"

#include "ui/accessible_roles.h"
#include "ui/gauge_words.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>
#include <algorithm>
#include <cmath>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kPlotHeight = 64;
/// Beside the plot stands its scale, as wide in every chart so that their times stand below each other.
constexpr auto kWidestScale = "1.00 GB/s";

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

QFont GaugeChart::small_font() const {
  QFont out = font();
  out.setPixelSize(scaled(kSmallText));
  return out;
}

int GaugeChart::head_height() const {
  return QFontMetrics(small_font()).height() + kSpace1;
}

int GaugeChart::scale_width() const {
  return QFontMetrics(small_font()).horizontalAdvance(QLatin1String(kWidestScale));
}

QRectF GaugeChart::plot() const {
  const double top = head_height() + 0.5;
  const double left = kSpace1 + scale_width() + kSpace1 + 0.5;
  return {left, top, width() - left - kSpace1 - 0.5, double(scaled(kPlotHeight))};
}

QRectF GaugeChart::scale_top() const {
  const QRectF area = plot();
  return {double(kSpace1), area.top(), double(scale_width()), double(QFontMetrics(small_font()).height())};
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

}  // namespace fovea::ui
