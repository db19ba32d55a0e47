// A gauge's chart as it is painted: times, curve, limits, what the cursor is at.
#include "ui/gauge_words.h"
#include "ui/monitor/gauge_chart.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <array>
#include <cmath>

namespace fovea::ui {
namespace {

constexpr int kFewestLabels = 3;
constexpr double kDay = 86'400.0;
constexpr std::array kSteps = {10.0,   30.0,   60.0,    120.0,   300.0,    600.0,   1800.0,
                               3600.0, 7200.0, 10800.0, 21600.0, 43'200.0, 86'400.0};

}  // namespace

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
  painter.setFont(small_font());
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
