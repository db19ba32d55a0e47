#include "ui/monitor_series.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace fovea::ui {
namespace {

constexpr double kBroken = 30.0;  // seconds

/// A slice while its records come.
struct Sum {
  std::int64_t number = 0;
  double count = 0.0;
  double time = 0.0;
  double sum = 0.0;
  double low = 0.0;
  double high = 0.0;

  void add(double at, double value) {
    low = count == 0.0 ? value : std::min(low, value);
    high = count == 0.0 ? value : std::max(high, value);
    count += 1.0;
    time += at;
    sum += value;
  }
  void end(Series& series) {
    if (count > 0.0) series.push_back({time / count, low, sum / count, high});
    *this = {};
  }
};

}  // namespace

double slice_width(double from, double to) {
  // Times since 1970 leave differences uncertain; a width that trembles would move all slices.
  return std::max(1.0, std::round((to - from) * 1000.0)) / 1000.0 / kSlices;
}

std::array<Series, watch::kGauges> series_of(std::span<const watch::MonitorRecord> records, double from,
                                             double to) {
  std::array<Series, watch::kGauges> out;
  std::array<Sum, watch::kGauges> sums;
  const double width = slice_width(from, to);
  for (const watch::MonitorRecord& record : records) {
    if (record.time < from || record.time > to) continue;
    const auto number = static_cast<std::int64_t>(std::floor(record.time / width));
    for (std::size_t i = 0; i < watch::kGauges; ++i) {
      Sum& sum = sums[i];
      if (sum.count > 0.0 && sum.number != number) sum.end(out[i]);
      if (std::isnan(record.values[i])) continue;
      sum.number = number;
      sum.add(record.time, record.values[i]);
    }
  }
  for (std::size_t i = 0; i < watch::kGauges; ++i) sums[i].end(out[i]);
  return out;
}

double longest_gap(double from, double to) {
  return std::max(kBroken, 2.5 * slice_width(from, to));
}

const Slice* slice_at(const Series& series, double time, double reach) {
  const auto after = std::lower_bound(series.begin(), series.end(), time,
                                      [](const Slice& slice, double at) { return slice.time < at; });
  const Slice* best = nullptr;
  const auto consider = [&](Series::const_iterator at) {
    if (best == nullptr || std::abs(at->time - time) < std::abs(best->time - time)) best = &*at;
  };
  if (after != series.end()) consider(after);
  if (after != series.begin()) consider(after - 1);
  return best != nullptr && std::abs(best->time - time) <= reach ? best : nullptr;
}

std::vector<watch::Alert> alerts_in(std::span<const watch::MonitorRecord> records, watch::RuleWatch& watch) {
  std::vector<watch::Alert> out;
  for (const watch::MonitorRecord& record : records) {
    for (const watch::Alert& alert : watch.look(record)) out.push_back(alert);
  }
  return out;
}

}  // namespace fovea::ui
