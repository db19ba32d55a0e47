#include "core/bench/trend.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <vector>

namespace fovea::bench {
namespace {

constexpr std::size_t kExact = 30;

/// Of all orders of n different values, the share whose score is `score` or more: the score is twice the
/// number of ascending pairs less the number of all pairs. The number of orders with k ascending pairs is
/// that of n - 1 values with k - (n - 1) … k of them, since the new value makes 0 … n - 1 ascending pairs.
double tail(std::size_t n, long score) {
  std::vector<double> share = {1.0};
  for (std::size_t m = 2; m <= n; ++m) {
    std::vector<double> next(share.size() + m - 1, 0.0);
    for (std::size_t k = 0; k < share.size(); ++k) {
      for (std::size_t more = 0; more < m; ++more) next[k + more] += share[k] / static_cast<double>(m);
    }
    share = std::move(next);
  }
  const auto pairs = static_cast<long>(n * (n - 1) / 2);
  double sum = 0.0;
  for (std::size_t k = 0; k < share.size(); ++k) {
    if (2 * static_cast<long>(k) - pairs >= score) sum += share[k];
  }
  return sum;
}

double normal_tail(std::size_t n, long score) {
  const auto count = static_cast<double>(n);
  const double variance = count * (count - 1.0) * (2.0 * count + 5.0) / 18.0;
  const double z = (static_cast<double>(score) - 1.0) / std::sqrt(variance);
  return 0.5 * std::erfc(z / std::sqrt(2.0));
}

}  // namespace

Trend trend_of(std::span<const double> times, std::span<const double> values) {
  Trend trend;
  const std::size_t n = std::min(times.size(), values.size());
  if (n < 3) return trend;
  std::vector<double> slopes;
  long score = 0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 1; j < n; ++j) {
      const double rise = values[j] - values[i];
      score += rise > 0.0 ? 1 : rise < 0.0 ? -1 : 0;
      if (times[j] > times[i]) slopes.push_back(rise / (times[j] - times[i]));
    }
  }
  if (slopes.empty()) return trend;
  std::sort(slopes.begin(), slopes.end());
  const std::size_t middle = slopes.size() / 2;
  trend.slope = slopes.size() % 2 == 1 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2.0;
  const long steady = std::labs(score);
  if (steady == 0) return trend;
  trend.p = std::min(1.0, 2.0 * (n <= kExact ? tail(n, steady) : normal_tail(n, steady)));
  return trend;
}

}  // namespace fovea::bench
