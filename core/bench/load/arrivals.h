#pragma once

#include <cstdint>
#include <random>

namespace fovea::bench {

/// When the requests of a Poisson process arrive: the gaps between them are independent and exponential with
/// the mean 1 / rate, as of many people who know nothing of each other. The same for the same seed, whatever
/// the standard library: gap = -ln(1 - u) / rate with u of 53 random bits.
class PoissonArrivals {
 public:
  /// `rate`: arrivals a second, above 0.
  PoissonArrivals(double rate, std::uint64_t seed) : rate_(rate), random_(seed) {}

  /// Seconds from the beginning to the next arrival; the first one is a gap away from the beginning.
  double next();

 private:
  double rate_;
  double time_ = 0.0;
  std::mt19937_64 random_;
};

}  // namespace fovea::bench
