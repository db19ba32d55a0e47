#include "core/bench/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fovea::bench {

double percentile(std::span<const double> ascending, double q) {
  const double rank = q / 100.0 * static_cast<double>(ascending.size() - 1);
  const double below = std::floor(rank);
  const auto index = static_cast<std::size_t>(below);
  const std::size_t next = std::min(index + 1, ascending.size() - 1);
  return ascending[index] + (rank - below) * (ascending[next] - ascending[index]);
}

Summary summarize(std::vector<double> values) {
  Summary out;
  out.count = values.size();
  if (values.empty()) return out;
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  out.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0.0;
  for (const double value : values) squares += (value - out.mean) * (value - out.mean);
  out.deviation = values.size() > 1 ? std::sqrt(squares / (n - 1.0)) : 0.0;
  out.min = values.front();
  out.median = percentile(values, 50.0);
  out.p90 = percentile(values, 90.0);
  out.p99 = percentile(values, 99.0);
  out.max = values.back();
  return out;
}

}  // namespace fovea::bench
