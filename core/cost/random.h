#pragma once

#include <cmath>
#include <cstdint>

namespace fovea::cost {

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers with every compiler, which <random>'s distributions
/// do not promise.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  /// In (0, 1].
  double uniform() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    z ^= z >> 31U;
    return (static_cast<double>(z >> 11U) + 1.0) * 0x1p-53;
  }
  double exponential() { return -std::log(uniform()); }
  double normal() {  // Box and Muller
    constexpr double kTwoPi = 6.283185307179586;
    const double radius = std::sqrt(2.0 * exponential());
    return radius * std::cos(kTwoPi * uniform());
  }

 private:
  std::uint64_t state_;
};

}  // namespace fovea::cost
