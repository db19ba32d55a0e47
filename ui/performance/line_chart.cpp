#include "ui/performance/line_chart.h"

#include "ui/accessible_roles.h"
#include "ui/theme.h"
#include "ui/tokens.h"

#include <QFontDatabase>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>

namespace fovea::ui {
namespace {

constexpr std::size_t kSparks = 20;
/// Beside the plot stands its scale, as wide in every chart so that their times stand below each other.
constexpr auto kWidestTop = "88.8 GB";

QFont sized(QFont font, int pixels) {
  font.setPixelSize(scaled(pixels));
  return font;
}

}  // namespace

LineChart::LineChart(const QString& name, QRgb color, double ceiling, QWidget* parent)
    : QWidget(parent), name_(name), color_(color), ceiling_(ceiling) {
  set_accessible_role(this, QAccessible::Chart);
  setAccessibleName(name);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void LineChart::add(double value, int steps) {
  for (int i = 0; i < std::min(steps, int(kShown)); ++i) {
    values_.push_back(value);
    if (values_.size() > kShown) values_.pop_front();
  }
  paint_if_new();
}

void LineChart::set_texts(const QString& now, const QString& top) {
  now_ = now;
  top_ = top;
  setAccessibleName(QStringLiteral("%1: %2").arg(name_, now));
  paint_if_new();
}

double LineChart::top_value() const {
  const double highest = values_.empty() ? 0.0 : *std::max_element(values_.begin(), values_.end());
  return std::max(ceiling_ > 0.0 ? ceiling_ : highest, 1e-9);
}

LineChart::Picture LineChart::picture() const {
  Picture out{size(), now_, top_, {}};
  const double top = top_value();
  out.heights.reserve(values_.size());
  for (auto value = values_.rbegin(); value != values_.rend(); ++value)
    out.heights.push_back(qRound(height() * std::min(1.0, *value / top)));
  return out;
}

void LineChart::paint_if_new() {
  if (isVisible() && !(picture() == painted_)) update();
}

QRectF LineChart::scale_top() const {
  const QFontMetrics metrics(sized(font(), kSmallText));
  return {0.0, metrics.height() + 2.0, double(metrics.horizontalAdvance(QLatin1String(kWidestTop))),
          double(metrics.height())};
}

void LineChart::paintEvent(QPaintEvent* /*event*/) {
  painted_ = picture();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const Colors& colors = current_colors();
  painter.setFont(sized(font(), kSmallText));
  const int head = int(scale_top().top());
  painter.setPen(QColor(colors.text));
  painter.drawText(QRect(0, 0, width(), head), Qt::AlignLeft | Qt::AlignVCenter, name_);
  painter.drawText(QRect(0, 0, width(), head), Qt::AlignRight | Qt::AlignVCenter, now_);
  const QRectF scale = scale_top();
  const QRectF plot(scale.right() + kSpace1 + 0.5, scale.top() + 0.5, width() - scale.right() - kSpace1 - 1.0,
                    height() - scale.top() - 1.0);
  painter.setPen(QColor(colors.line));
  painter.drawLine(plot.bottomLeft(), plot.bottomRight());
  painter.setPen(QPen(QColor(colors.line), 1, Qt::DotLine));
  painter.drawLine(plot.topLeft(), plot.topRight());
  painter.setPen(QColor(colors.muted));
  painter.drawText(scale, Qt::AlignRight | Qt::AlignTop, top_);
  if (values_.size() < 2) return;
  const double top = top_value();
  const double step = plot.width() / double(kShown - 1);
  double x = plot.right() - step * double(values_.size() - 1);
  QPainterPath path;
  for (std::size_t i = 0; i < values_.size(); ++i, x += step) {
    const QPointF point(x, plot.bottom() - plot.height() * std::min(1.0, values_[i] / top));
    if (i == 0) {
      path.moveTo(point);
    } else {
      path.lineTo(point);
    }
  }
  painter.setPen(QPen(QColor(color_), 1.5));
  painter.drawPath(path);
}

FigureTile::FigureTile(const QString& name, const QString& formula, QWidget* parent)
    : QWidget(parent), name_(name), text_(QStringLiteral("–")) {
  setToolTip(formula);
  set_accessible_role(this, QAccessible::Indicator);
  setAccessibleName(name);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void FigureTile::set(const QString& text) {
  if (text == text_) return;
  text_ = text;
  setAccessibleName(QStringLiteral("%1: %2").arg(name_, text));
  if (isVisible()) update();
}

void FigureTile::add(double value, const QString& text) {
  const std::deque<double> before = values_;
  values_.push_back(value);
  if (values_.size() > kSparks) values_.pop_front();
  if (isVisible() && values_ != before) update();
  set(text);
}

void FigureTile::clear() {
  values_.clear();
  if (isVisible()) update();
  set(QStringLiteral("–"));
}

void FigureTile::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const Colors& colors = current_colors();
  painter.setPen(QColor(colors.line));
  painter.setBrush(QColor(colors.raised));
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
  const QRect inside = rect().adjusted(kSpace2, kSpace1, -kSpace2, -kSpace1);
  painter.setFont(sized(font(), kSmallText));
  painter.setPen(QColor(colors.muted));
  painter.drawText(inside, Qt::AlignTop | Qt::AlignLeft, name_);
  QFont large = sized(font(), kFigureText);
  large.setWeight(QFont::DemiBold);
  painter.setFont(large);
  painter.setPen(QColor(colors.text));
  painter.drawText(inside.adjusted(0, scaled(14), 0, 0), Qt::AlignTop | Qt::AlignLeft, text_);
  if (values_.size() < 2) return;
  const auto [low, high] = std::minmax_element(values_.begin(), values_.end());
  const double span = std::max(*high - *low, 1e-12);
  const QRectF plot = QRectF(inside).adjusted(1, inside.height() - 12, -1, -2);
  QPainterPath path;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const QPointF point(plot.left() + plot.width() * double(i) / double(kSparks - 1),
                        plot.bottom() - plot.height() * (values_[i] - *low) / span);
    if (i == 0) {
      path.moveTo(point);
    } else {
      path.lineTo(point);
    }
  }
  painter.setPen(QPen(QColor(colors.accent), 1.5));
  painter.setBrush(Qt::NoBrush);
  painter.drawPath(path);
}

}  // namespace fovea::ui
