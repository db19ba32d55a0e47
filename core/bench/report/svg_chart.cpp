#include "core/bench/report/svg_chart.h"

#include "core/bench/report/figure_text.h"
#include "core/bench/report/svg_axis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

namespace fovea::bench {
namespace {

constexpr double kWidth = 720.0;
constexpr double kLetter = 7.0;   ///< pixels of a letter of 12 px, on average
constexpr double kSample = 24.0;  ///< pixels of a line's sample beside its name
constexpr std::size_t kSeriesStyles = 6;

std::string px(double value) {
  return decimal_text(value, 1);
}

std::string text_at(double x, double y, const char* kind, std::string_view text) {
  return "<text x=\"" + px(x) + "\" y=\"" + px(y) + "\" class=\"" + kind + "\">" + escaped(text) + "</text>";
}

std::string line_of(double x1, double y1, double x2, double y2, const std::string& kind) {
  return "<line x1=\"" + px(x1) + "\" y1=\"" + px(y1) + "\" x2=\"" + px(x2) + "\" y2=\"" + px(y2) +
         "\" class=\"" + kind + "\"/>";
}

std::string opened(double height, const std::string& title) {
  return "<svg role=\"img\" aria-label=\"" + escaped(title) + "\" viewBox=\"0 0 " + px(kWidth) + " " +
         px(height) + "\" width=\"" + px(kWidth) + "\" height=\"" + px(height) + "\"><title>" +
         escaped(title) + "</title>";
}

/// A mark of the series' own shape: circle, square, triangle, diamond; the last two looks are hollow.
std::string mark(double x, double y, std::size_t style) {
  constexpr double r = 4.0;
  const std::string kind = " class=\"s" + std::to_string(style) + " mark\"/>";
  const auto polygon = [&](std::initializer_list<std::pair<double, double>> corners) {
    std::string out = "<polygon points=\"";
    for (const auto& [dx, dy] : corners) out += px(x + r * dx) + "," + px(y + r * dy) + " ";
    return out + "\"" + kind;
  };
  switch (style % 4) {
    case 0:
      return "<circle cx=\"" + px(x) + "\" cy=\"" + px(y) + "\" r=\"" + px(r) + "\"" + kind;
    case 1:
      return polygon({{-1, -1}, {1, -1}, {1, 1}, {-1, 1}});
    case 2:
      return polygon({{0, -1.3}, {1.2, 1}, {-1.2, 1}});
    default:
      return polygon({{0, -1.4}, {1.4, 0}, {0, 1.4}, {-1.4, 0}});
  }
}

bool drawable(const ChartPoint& point, bool doubling) {
  return std::isfinite(point.x) && std::isfinite(point.y) && (!doubling || point.x > 0.0);
}

/// The plane of a line chart: what lies where.
class Plane {
 public:
  static constexpr double kLeft = 64.0;
  static constexpr double kTop = 34.0;
  static constexpr double kBottom = 262.0;
  static constexpr double kHeight = 306.0;

  explicit Plane(const LineChart& chart) : doubling_(chart.x_by_doubling) {
    double name = 0.0;
    bool any = false;
    for (const ChartSeries& series : chart.series) {
      name = std::max(name, kLetter * static_cast<double>(series.name.size()));
      for (const ChartPoint& point : series.points) {
        if (!drawable(point, doubling_)) continue;
        const double x = scaled(point.x);
        low_ = any ? std::min(low_, x) : x;
        high_ = any ? std::max(high_, x) : x;
        top_ = std::max({top_, point.y, std::isfinite(point.high) ? point.high : 0.0});
        any = true;
      }
    }
    if (!doubling_) low_ = 0.0;
    if (high_ <= low_) high_ = low_ + 1.0;
    right_ = kWidth - std::clamp(name + kSample + 28.0, 46.0, 240.0);
    y_ticks = round_ticks(top_);
    top_ = y_ticks.back();
    if (!chart.ticks.empty()) {
      x_ticks = chart.ticks;
    } else {
      const std::vector<double> ticks = round_ticks(high_);
      for (const double tick : ticks) x_ticks.push_back({tick, tick_text(tick, ticks[1])});
      if (!doubling_) high_ = ticks.back();
    }
  }

  double x(double value) const { return kLeft + (scaled(value) - low_) / (high_ - low_) * (right_ - kLeft); }
  double y(double value) const { return kBottom - value / top_ * (kBottom - kTop); }
  double right() const { return right_; }

  std::vector<double> y_ticks;
  std::vector<ChartTick> x_ticks;

 private:
  double scaled(double value) const { return doubling_ ? std::log2(value) : value; }

  bool doubling_;
  double low_ = 0.0;
  double high_ = 0.0;
  double top_ = 0.0;
  double right_ = 0.0;
};

std::string grid_of(const Plane& plane, const LineChart& chart) {
  std::string out;
  for (const double tick : plane.y_ticks) {
    const double y = plane.y(tick);
    out += line_of(Plane::kLeft, y, plane.right(), y, "grid");
    out += text_at(Plane::kLeft - 6.0, y + 4.0, "end", tick_text(tick, plane.y_ticks[1]));
  }
  double free_from = 0.0;  // names that would overlap are left out
  for (const ChartTick& tick : plane.x_ticks) {
    const double x = plane.x(tick.x);
    const double half = 0.5 * kLetter * static_cast<double>(tick.text.size());
    if (x - half < free_from || x > plane.right() + 1.0) continue;
    free_from = x + half + 6.0;
    out += line_of(x, Plane::kBottom, x, Plane::kBottom + 4.0, "axis");
    out += text_at(x, Plane::kBottom + 18.0, "mid", tick.text);
  }
  out += line_of(Plane::kLeft, Plane::kBottom, plane.right(), Plane::kBottom, "axis");
  out += text_at(Plane::kLeft, 18.0, "name", chart.y_axis);
  return out + text_at(0.5 * (Plane::kLeft + plane.right()), Plane::kHeight - 6.0, "mid", chart.x_axis);
}

std::string series_of(const Plane& plane, const ChartSeries& series, std::size_t style, bool doubling) {
  std::string out;
  std::string path;
  const ChartPoint* last = nullptr;
  for (const ChartPoint& point : series.points) {
    if (!drawable(point, doubling)) continue;
    const double x = plane.x(point.x);
    path += (path.empty() ? "M" : "L") + px(x) + " " + px(plane.y(point.y)) + " ";
    if (point.high > point.low) {
      const double low = plane.y(std::max(0.0, point.low));
      const double high = plane.y(point.high);
      const std::string kind = "s" + std::to_string(style) + " band";
      out += line_of(x, low, x, high, kind) + line_of(x - 4.0, low, x + 4.0, low, kind) +
             line_of(x - 4.0, high, x + 4.0, high, kind);
    }
    if (series.marks) out += mark(x, plane.y(point.y), style);
    last = &point;
  }
  if (series.line) out = "<path d=\"" + path + "\" class=\"s" + std::to_string(style) + " line\"/>" + out;
  return last == nullptr ? std::string() : out;
}

/// Where the names at the lines' ends stand, without lying over each other.
std::vector<double> name_heights(const Plane& plane, const LineChart& chart) {
  std::vector<std::pair<double, std::size_t>> wanted;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    double y = Plane::kBottom;
    for (const ChartPoint& point : chart.series[i].points) {
      if (drawable(point, chart.x_by_doubling)) y = plane.y(point.y);
    }
    wanted.emplace_back(y, i);
  }
  std::sort(wanted.begin(), wanted.end());
  constexpr double kLine = 15.0;
  std::vector<double> heights(chart.series.size());
  double above = -kLine;
  for (const auto& [y, i] : wanted) heights[i] = above = std::max(y, above + kLine);
  return heights;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string svg_of(const LineChart& chart) {
  const Plane plane(chart);
  std::string out = opened(Plane::kHeight, chart.title) + grid_of(plane, chart);
  const std::vector<double> heights = name_heights(plane, chart);
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const std::size_t style = i % kSeriesStyles;
    out += series_of(plane, chart.series[i], style, chart.x_by_doubling);
    if (chart.series[i].name.empty()) continue;
    const double x = plane.right() + 18.0;
    const std::string kind = "s" + std::to_string(style);
    if (chart.series[i].line) out += line_of(x, heights[i], x + kSample, heights[i], kind + " line");
    if (chart.series[i].marks) out += mark(x + 0.5 * kSample, heights[i], style);
    out += text_at(x + kSample + 6.0, heights[i] + 4.0, "name", chart.series[i].name);
  }
  return out + "</svg>";
}

std::string svg_of(const std::string& title, const std::string& unit, const std::vector<ChartBar>& bars) {
  constexpr double kRow = 46.0;
  constexpr double kTop = 8.0;
  double end = 0.0;
  std::vector<std::pair<std::size_t, std::string>> legend;
  std::set<std::size_t> seen;
  for (const ChartBar& bar : bars) {
    double sum = 0.0;
    for (const ChartBar::Part& part : bar.parts) {
      sum += part.value;
      if (seen.insert(part.kind).second) legend.emplace_back(part.kind, part.name);
    }
    end = std::max(end, sum);
  }
  std::sort(legend.begin(), legend.end());
  const std::vector<double> ticks = round_ticks(end);
  const double scale = (kWidth - 40.0) / ticks.back();
  const double bottom = kTop + kRow * static_cast<double>(bars.size());
  std::string out;
  for (const double tick : ticks) {
    out += line_of(10.0 + tick * scale, kTop, 10.0 + tick * scale, bottom, "grid");
    out += text_at(10.0 + tick * scale, bottom + 16.0, "mid", tick_text(tick, ticks[1]));
  }
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const double top = kTop + kRow * static_cast<double>(i);
    double x = 10.0;
    double sum = 0.0;
    for (const ChartBar::Part& part : bars[i].parts) {
      const double width = part.value * scale;
      sum += part.value;
      const std::string place =
          "x=\"" + px(x) + "\" y=\"" + px(top + 16.0) + "\" width=\"" + px(width) + "\" height=\"22\"";
      out += "<rect " + place + " class=\"k" + std::to_string(part.kind) + "\"><title>" + escaped(part.name) +
             " " + figure_text(part.value) + " " + escaped(unit) + "</title></rect><rect " + place +
             " fill=\"url(#h" + std::to_string(part.kind % 5) + ")\" class=\"edge\"/>";
      if (width > kLetter * static_cast<double>(part.name.size()) + 10.0) {
        const double middle = x + 0.5 * width;
        const double plate = kLetter * static_cast<double>(part.name.size()) + 6.0;
        out += "<rect x=\"" + px(middle - 0.5 * plate) + "\" y=\"" + px(top + 19.0) + "\" width=\"" +
               px(plate) + "\" height=\"16\" rx=\"3\" class=\"plate\"/>" +
               text_at(middle, top + 31.0, "mid", part.name);
      }
      x += width;
    }
    out += text_at(10.0, top + 11.0, "name", bars[i].label + ": " + figure_text(sum) + " " + unit);
  }
  double x = 10.0;
  double y = bottom + 42.0;
  for (const auto& [kind, name] : legend) {
    const double width = 26.0 + kLetter * static_cast<double>(name.size());
    if (x + width > kWidth) {
      x = 10.0;
      y += 20.0;
    }
    const std::string place = "x=\"" + px(x) + "\" y=\"" + px(y - 10.0) + "\" width=\"14\" height=\"12\"";
    out += "<rect " + place + " class=\"k" + std::to_string(kind) + "\"/><rect " + place + " fill=\"url(#h" +
           std::to_string(kind % 5) + ")\" class=\"edge\"/>" + text_at(x + 19.0, y, "name", name);
    x += width + 10.0;
  }
  return opened(y + 10.0, title) + out + "</svg>";
}

std::string svg_of(const std::string& title, const std::string& unit, const std::vector<ChartRow>& rows) {
  constexpr double kRow = 26.0;
  double label = 0.0;
  double end = 0.0;
  for (const ChartRow& row : rows) {
    label = std::max(label, kLetter * static_cast<double>(row.label.size()));
    end = std::max({end, row.value, row.high});
  }
  const double left = std::min(label + 16.0, 300.0);
  const std::vector<double> ticks = round_ticks(end);
  const double scale = (kWidth - left - 90.0) / ticks.back();
  const double bottom = 6.0 + kRow * static_cast<double>(rows.size());
  std::string out;
  for (const double tick : ticks) {
    out += line_of(left + tick * scale, 6.0, left + tick * scale, bottom, "grid");
    out += text_at(left + tick * scale, bottom + 16.0, "mid", tick_text(tick, ticks[1]));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ChartRow& row = rows[i];
    const double y = 6.0 + kRow * (static_cast<double>(i) + 0.5);
    out += text_at(left - 8.0, y + 4.0, "end", row.label);
    out += line_of(left + row.low * scale, y, left + row.high * scale, y, "s0 band");
    out += mark(left + row.value * scale, y, 0);
    out +=
        text_at(left + std::max(row.value, row.high) * scale + 9.0, y + 4.0, "name", figure_text(row.value));
  }
  out += text_at(left + 0.5 * scale * ticks.back(), bottom + 34.0, "mid", unit);
  return opened(bottom + 42.0, title) + out + "</svg>";
}

}  // namespace fovea::bench
