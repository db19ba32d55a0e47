#include "core/bench/bootstrap.h"

#include "core/bench/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace fovea::bench {
namespace {

constexpr std::size_t kMostReplicates = 2000;
constexpr std::size_t kFewestReplicates = 200;
constexpr std::size_t kMostDraws = 20'000'000;

double sum(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// As percentile() of the sorted values, without sorting all of them.
double selected(std::vector<double>& values, double q) {
  const double rank = q / 100.0 * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(std::floor(rank));
  const auto place = values.begin() + below;
  std::nth_element(values.begin(), place, values.end());
  const auto next = place + 1;
  if (next == values.end()) return *place;
  const double above = *std::min_element(next, values.end());
  return *place + (rank - std::floor(rank)) * (above - *place);
}

/// Reduces values that it may reorder.
double reduced(std::vector<double>& values, std::span<const double> divisors, Statistic statistic) {
  if (values.empty()) return 0.0;
  switch (statistic) {
    case Statistic::kMean:
      return sum(values) / static_cast<double>(values.size());
    case Statistic::kMedian:
      return selected(values, 50.0);
    case Statistic::kP99:
      return selected(values, 99.0);
    case Statistic::kQuotient: {
      const double divisor = sum(divisors);
      return divisor > 0.0 ? sum(values) / divisor : 0.0;
    }
  }
  return 0.0;
}

}  // namespace

double statistic_of(const Sample& sample, Statistic statistic) {
  std::vector<double> values(sample.values.begin(), sample.values.end());
  return reduced(values, sample.divisors, statistic);
}

std::vector<double> bootstrap(const Sample& sample, Statistic statistic, std::uint64_t seed,
                              std::size_t block) {
  const std::size_t n = sample.values.size();
  if (n == 0) return {};
  const bool pairs = statistic == Statistic::kQuotient;
  if (block == 0) block = static_cast<std::size_t>(std::lround(std::cbrt(static_cast<double>(n))));
  block = std::clamp<std::size_t>(block, 1, n);
  const std::size_t count = std::clamp(kMostDraws / n, kFewestReplicates, kMostReplicates);
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<std::size_t> place(0, n - 1);
  std::vector<double> values;
  std::vector<double> divisors;
  std::vector<double> replicates;
  for (std::size_t i = 0; i < count; ++i) {
    values.clear();
    divisors.clear();
    while (values.size() < n) {
      const std::size_t first = place(random);
      const std::size_t length = std::min(block, n - values.size());
      for (std::size_t j = 0; j < length; ++j) {
        const std::size_t at = (first + j) % n;
        values.push_back(sample.values[at]);
        if (pairs) divisors.push_back(sample.divisors[at]);
      }
    }
    replicates.push_back(reduced(values, divisors, statistic));
  }
  std::sort(replicates.begin(), replicates.end());
  return replicates;
}

Band band_of(std::span<const double> ascending, double level) {
  if (ascending.empty()) return {};
  const double tail = 50.0 * (1.0 - level);
  return {percentile(ascending, tail), percentile(ascending, 100.0 - tail)};
}

}  // namespace fovea::bench
