#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace fovea::text {

/// Both halves of a 128-bit product folded together: one multiplication that mixes all bits.
inline std::uint64_t fold_multiply(std::uint64_t a, std::uint64_t b) {
  __extension__ typedef unsigned __int128 Wide;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// A hash of bytes. With a seed that an author of a file cannot know, nobody can prepare keys that collide.
inline std::uint64_t hash_bytes(std::string_view bytes, std::uint64_t seed) {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15ULL;  // 2^64 / golden ratio
  std::uint64_t hash = seed ^ fold_multiply(bytes.size() ^ kOdd, seed | 1);
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t count = bytes.size() < 8 ? bytes.size() : 8;
    std::memcpy(&word, bytes.data(), count);
    hash = fold_multiply(hash ^ word, kOdd ^ (seed << 1));
    bytes.remove_prefix(count);
  }
  return fold_multiply(hash ^ kOdd, seed | 1);
}

/// A seed of this process, from the system's random source.
std::uint64_t process_hash_seed();

}  // namespace fovea::text
