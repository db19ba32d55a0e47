#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fovea::bench {

/// Text as it stands in HTML and SVG, in attributes too.
std::string escaped(std::string_view text);

/// Where a value was measured, and the band around it.
struct ChartPoint {
  double x = 0.0;
  double y = 0.0;
  double low = 0.0;  ///< low == high: no band is drawn
  double high = 0.0;
};

/// A line, told from others by its colour, its dashes, the shape of its marks and its name at its end.
struct ChartSeries {
  std::string name;
  std::vector<ChartPoint> points;  ///< ascending in x
  bool marks = true;
  bool line = true;
};

/// A name below the x axis instead of a number.
struct ChartTick {
  double x = 0.0;
  std::string text;
};

/// Values over something that is a number. Both axes begin at 0 unless x is on a scale of powers of two.
struct LineChart {
  std::string title;
  std::string x_axis;
  std::string y_axis;
  bool x_by_doubling = false;    ///< only of x > 0
  std::vector<ChartTick> ticks;  ///< empty: round numbers
  std::vector<ChartSeries> series;
};

/// An <svg> of its own, with a title for screen readers. Colours, dashes and shapes are the style sheet's
/// (see html_report.cpp). Points that are no finite numbers are left out.
std::string svg_of(const LineChart& chart);

/// One row of stacked parts. Parts have a place in the style sheet each, by their number.
struct ChartBar {
  std::string label;
  struct Part {
    std::size_t kind = 0;  ///< 0 … 14: colour and hatching
    std::string name;
    double value = 0.0;
  };
  std::vector<Part> parts;
};

/// Bars one below the other, from left to right, all from 0; a part that is wide enough has its name in it.
std::string svg_of(const std::string& title, const std::string& unit, const std::vector<ChartBar>& bars);

/// One value with its band in a row of its own.
struct ChartRow {
  std::string label;
  double value = 0.0;
  double low = 0.0;
  double high = 0.0;
};

/// Rows of dots with their bands, from 0, the number beside each.
std::string svg_of(const std::string& title, const std::string& unit, const std::vector<ChartRow>& rows);

}  // namespace fovea::bench
