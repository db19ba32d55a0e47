#pragma once

#include <cstdint>

namespace fovea {

/// Random numbers that are the same on every machine and with every compiler: SplitMix64 (Steele, Lea, Flood
/// 2014), whose nth draw depends on the seed and n alone. The standard library's distributions are not used:
/// their mapping differs between libraries.
class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed) : state_(seed) {}

  /// The next 64 bits, uniform.
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

  /// Uniform in [0, 1): the upper 53 bits of next() as a multiple of 2^-53.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

 private:
  std::uint64_t state_;
};

/// A seed that nobody chose, from the system.
std::uint64_t draw_seed();

}  // namespace fovea
