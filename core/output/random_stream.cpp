#include "core/output/random_stream.h"

#include <chrono>
#include <exception>
#include <random>

namespace fovea {

std::uint64_t draw_seed() {
  try {
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32) ^ device();
  } catch (const std::exception&) {
    // No source of randomness: the clock is enough, an answer's seed is no secret.
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  }
}

}  // namespace fovea
