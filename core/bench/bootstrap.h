#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fovea::bench {

/// What a sample is reduced to.
enum class Statistic {
  kMean,
  kMedian,
  kP99,
  kQuotient,  ///< sum of the values over the sum of the divisors: a rate
};

/// Observations in the order in which they were made. `divisors` is empty, or as long as `values`: then an
/// observation is a pair, and the sample is reduced to a quotient (tokens over seconds).
struct Sample {
  std::span<const double> values;
  std::span<const double> divisors = {};
};

/// The statistic of the sample itself; 0 for an empty one, or where the divisors add up to 0.
double statistic_of(const Sample& sample, Statistic statistic);

/// An interval from `low` to `high`.
struct Band {
  double low = 0.0;
  double high = 0.0;
};

/// The statistic of many samples drawn from this one with replacement, ascending. Whole stretches of
/// neighbours are drawn, since requests that follow each other share a queue: the circular block bootstrap
/// (Politis and Romano 1992) with blocks of n^(1/3) observations, rounded. `block` 0: that length; 1: each
/// observation by itself (Efron 1979), for those that don't depend on each other. 2000 samples, fewer of more
/// than 10,000 observations but at least 200. The same for the same seed. Empty for an empty sample.
std::vector<double> bootstrap(const Sample& sample, Statistic statistic, std::uint64_t seed,
                              std::size_t block = 0);

/// The middle share of ascending replicates: the percentile interval. `level` in (0, 1). {0, 0} of none.
Band band_of(std::span<const double> ascending, double level);

}  // namespace fovea::bench
