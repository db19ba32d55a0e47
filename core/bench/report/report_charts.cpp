#include "core/bench/report/report_charts.h"

#include "core/bench/report/figure_text.h"
#include "core/bench/report/svg_chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

namespace fovea::bench {
namespace {

constexpr std::size_t kMostLines = 6;        ///< in one chart
constexpr std::size_t kMostPoints = 400;     ///< of one line
constexpr double kSeen = 0.003;              ///< share of a bar below which a part is not drawn
constexpr std::size_t kOther = kStageCount;  ///< the part of a bar that no stage explains

struct Subject {
  std::string_view figure;
  std::string_view title;
};

constexpr std::array kSubjects = {
    Subject{"output_throughput", "New tokens a second, all requests together"},
    Subject{"request_throughput", "Answers a second"},
    Subject{"request_goodput", "Answers a second within the limits"},
    Subject{"throughput_per_gb", "New tokens a second for each GB of memory"},
    Subject{"ttft_ms", "Time to the first token"},
    Subject{"tpot_ms", "Time for each further token"},
    Subject{"e2el_ms", "Time to the last token"},
    Subject{"vision_tokens", "Tokens that the picture takes"},
    Subject{"memory_mb", "Memory of the process"},
    Subject{"cpu_percent", "Processors in use"},
    Subject{"answer_edits_percent", "How far the answer is from the one at the largest size"},
};

/// Whether the groups lie along an axis: at least two different places, all told.
bool along_axis(const RunRecord& record) {
  if (record.axis.empty() || record.groups.size() < 2) return false;
  return record.groups.front().x != record.groups.back().x;
}

bool doubling(const RunRecord& record) {
  double low = record.groups.front().x;
  double high = low;
  for (const GroupRecord& group : record.groups) {
    low = std::min(low, group.x);
    high = std::max(high, group.x);
  }
  return low > 0.0 && high / low >= 4.0;
}

std::string number_text(double value) {
  return value == std::floor(value) ? decimal_text(value, 0) : figure_text(value);
}

std::string over_axis(const RunRecord& record, const Subject& subject) {
  LineChart chart;
  chart.title = subject.title;
  chart.x_axis = record.axis;
  chart.x_by_doubling = doubling(record);
  ChartSeries middle;
  ChartSeries p99{"p99", {}, true, true};
  bool rate = false;
  for (const GroupRecord& group : record.groups) {
    const RunFigure* figure = find(group, subject.figure);
    if (figure == nullptr) continue;
    rate = figure->rate();
    chart.y_axis = figure->unit;
    chart.ticks.push_back({group.x, number_text(group.x)});
    middle.points.push_back({group.x, figure->value(), figure->band.low, figure->band.high});
    if (figure->values.size() > 2) p99.points.push_back({group.x, figure->summary.p99, 0.0, 0.0});
  }
  middle.name = rate ? "" : "median";
  const bool latency = subject.figure.ends_with("_ms");
  chart.series.push_back(std::move(middle));
  if (latency && !p99.points.empty()) chart.series.push_back(std::move(p99));
  return svg_of(chart);
}

std::string by_group(const RunRecord& record, const Subject& subject) {
  std::vector<ChartRow> rows;
  std::string unit;
  for (const GroupRecord& group : record.groups) {
    const RunFigure* figure = find(group, subject.figure);
    if (figure == nullptr) continue;
    unit = figure->unit;
    rows.push_back({group.label, figure->value(), figure->band.low, figure->band.high});
  }
  return svg_of(std::string(subject.title), unit, rows);
}

void add_subjects(const RunRecord& record, std::vector<ReportChart>& out) {
  if (record.groups.size() < 2) return;  // one number is no chart
  for (const Subject& subject : kSubjects) {
    const bool any = std::any_of(record.groups.begin(), record.groups.end(), [&](const GroupRecord& group) {
      return find(group, subject.figure) != nullptr;
    });
    if (!any) continue;
    const bool line = along_axis(record);
    out.push_back({std::string(subject.title),
                   "The whiskers are the 95 % band of the median, or of the rate.",
                   line ? over_axis(record, subject) : by_group(record, subject)});
  }
}

void add_stages(const RunRecord& record, std::vector<ReportChart>& out) {
  std::vector<ChartBar> bars;
  for (const GroupRecord& group : record.groups) {
    ChartBar bar{group.label, {}};
    double whole = 0.0;
    for (std::size_t i = 0; i < kStageCount; ++i) {
      const auto stage = static_cast<Stage>(i);
      const RunFigure* figure = find(group, std::string(stage_name(stage)) + "_ms");
      if (figure == nullptr) continue;
      bar.parts.push_back({i, std::string(stage_name(stage)), figure->summary.mean});
      whole += figure->summary.mean;
    }
    const RunFigure* other = find(group, "other_ms");
    if (other != nullptr && other->summary.mean > kSeen * whole)
      bar.parts.push_back({kOther, "other", other->summary.mean});
    if (!bar.parts.empty()) bars.push_back(std::move(bar));
  }
  if (bars.empty()) return;
  out.push_back({"Where an answer's time went",
                 "The mean of each stage; together they are the mean of the whole.",
                 svg_of("Time by stage", "ms", bars)});
}

/// The share of values up to each, thinned.
ChartSeries distribution(const std::string& name, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  ChartSeries series{name, {}, false, true};
  const std::size_t step = std::max<std::size_t>(1, values.size() / kMostPoints);
  series.points.push_back({values.front(), 0.0, 0.0, 0.0});
  for (std::size_t i = 0; i < values.size(); i += step) {
    const double share = 100.0 * static_cast<double>(i + 1) / static_cast<double>(values.size());
    series.points.push_back({values[i], share, 0.0, 0.0});
  }
  series.points.push_back({values.back(), 100.0, 0.0, 0.0});
  return series;
}

void add_distribution(const RunRecord& record, std::string_view figure_name, const std::string& title,
                      std::vector<ReportChart>& out) {
  LineChart chart;
  chart.title = title;
  chart.x_axis = "ms";
  chart.y_axis = "% of requests";
  for (const GroupRecord& group : record.groups) {
    const RunFigure* figure = find(group, figure_name);
    if (figure == nullptr || figure->values.size() < 3 || chart.series.size() == kMostLines) continue;
    chart.series.push_back(distribution(group.label, figure->values));
  }
  if (chart.series.empty()) return;
  out.push_back({title, "So many of a hundred requests took no longer than so long.", svg_of(chart)});
}

void add_course(const RunRecord& record, std::vector<ReportChart>& out) {
  LineChart chart;
  chart.title = "Requests in the order in which they were sent";
  chart.x_axis = "seconds since the run began";
  chart.y_axis = "ms to the last token";
  for (const GroupRecord& group : record.groups) {
    if (chart.series.size() == kMostLines) break;
    ChartSeries series{group.label, {}, true, false};
    for (const RequestRecord& request : record.requests) {
      if (request.group != group.label || request.failed()) continue;
      series.points.push_back({request.sent_seconds, 1000.0 * request.e2el(), 0.0, 0.0});
    }
    if (series.points.size() > kMostPoints) {
      std::vector<ChartPoint> thinned;
      const std::size_t step = series.points.size() / kMostPoints + 1;
      for (std::size_t i = 0; i < series.points.size(); i += step) thinned.push_back(series.points[i]);
      series.points = std::move(thinned);
    }
    std::sort(series.points.begin(), series.points.end(),
              [](const ChartPoint& a, const ChartPoint& b) { return a.x < b.x; });
    if (series.points.size() > 1) chart.series.push_back(std::move(series));
  }
  if (chart.series.empty()) return;
  out.push_back({chart.title, "A trend means that the machine, or the queue, changed while it was measured.",
                 svg_of(chart)});
}

}  // namespace

std::vector<ReportChart> report_charts(const RunRecord& record) {
  std::vector<ReportChart> out;
  add_subjects(record, out);
  add_stages(record, out);
  add_distribution(record, "ttft_ms", "How the time to the first token is distributed", out);
  add_distribution(record, "e2el_ms", "How the time to the last token is distributed", out);
  add_course(record, out);
  return out;
}

}  // namespace fovea::bench
