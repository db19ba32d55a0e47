#include "core/input/text/hash.h"

#include <random>

namespace fovea::text {

std::uint64_t process_hash_seed() {
  static const std::uint64_t seed = [] {
    std::random_device source;
    return (static_cast<std::uint64_t>(source()) << 32) | source();
  }();
  return seed;
}

}  // namespace fovea::text
