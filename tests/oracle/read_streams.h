#pragma once

#include <cstddef>
#include <cstdint>

namespace fovea::test {

inline constexpr std::size_t kLineWords = 8;  ///< 64-bit words of a cache line

/// How far ahead of its use memory is fetched: processors do so by themselves within a page only.
inline constexpr std::size_t kAheadWords = 1024;

/// The sum of `words` words (a multiple of kLineWords · Streams), read as Streams runs in step: one address
/// after the other may leave the memory waiting.
template <std::size_t Streams>
std::uint64_t sum_of_streams(const std::uint64_t* data, std::size_t words) {
  const std::size_t run = words / Streams;
  std::uint64_t lanes[Streams][kLineWords] = {};
  for (std::size_t at = 0; at < run; at += kLineWords)
    for (std::size_t s = 0; s < Streams; ++s) {
      __builtin_prefetch(data + s * run + at + kAheadWords);
      for (std::size_t k = 0; k < kLineWords; ++k) lanes[s][k] += data[s * run + at + k];
    }
  std::uint64_t total = 0;
  for (const auto& stream : lanes)
    for (const std::uint64_t lane : stream) total += lane;
  return total;
}

}  // namespace fovea::test
