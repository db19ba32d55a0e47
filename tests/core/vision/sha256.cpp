#include "tests/core/vision/sha256.h"

#include <array>
#include <bit>
#include <cmath>
#include <vector>

namespace fovea::test {
namespace {

using Words = std::array<std::uint32_t, 8>;

/// First 32 bits of the fractional part of the root of the first primes.
std::vector<std::uint32_t> root_constants(int count, bool cube) {
  std::vector<std::uint32_t> result;
  for (int candidate = 2; static_cast<int>(result.size()) < count; ++candidate) {
    bool prime = true;
    for (int i = 2; i * i <= candidate; ++i) prime = prime && candidate % i != 0;
    if (!prime) continue;
    const long double root = cube ? std::cbrt(static_cast<long double>(candidate))
                                  : std::sqrt(static_cast<long double>(candidate));
    result.push_back(static_cast<std::uint32_t>((root - std::floor(root)) * 4294967296.0L));
  }
  return result;
}

void compress(Words& state, const std::uint8_t* block) {
  static const std::vector<std::uint32_t> constants = root_constants(64, true);
  std::array<std::uint32_t, 64> w{};
  for (std::size_t i = 0; i < 16; ++i) {
    for (std::size_t k = 0; k < 4; ++k) w[i] = w[i] << 8 | block[4 * i + k];
  }
  for (std::size_t i = 16; i < 64; ++i) {
    const std::uint32_t s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ w[i - 15] >> 3;
    const std::uint32_t s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  auto [a, b, c, d, e, f, g, h] = state;
  for (std::size_t i = 0; i < 64; ++i) {
    const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
    const std::uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + constants[i] + w[i];
    const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
    const std::uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  const Words added{a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < 8; ++i) state[i] += added[i];
}

}  // namespace

std::string sha256(const void* data, std::size_t size) {
  const std::vector<std::uint32_t> start = root_constants(8, false);
  Words state{};
  for (std::size_t i = 0; i < 8; ++i) state[i] = start[i];
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  std::size_t at = 0;
  for (; at + 64 <= size; at += 64) compress(state, bytes + at);
  std::vector<std::uint8_t> tail(bytes + at, bytes + size);
  tail.push_back(0x80);
  while (tail.size() % 64 != 56) tail.push_back(0);
  const std::uint64_t bits = std::uint64_t{size} * 8;
  for (int shift = 56; shift >= 0; shift -= 8) tail.push_back(static_cast<std::uint8_t>(bits >> shift));
  for (std::size_t i = 0; i < tail.size(); i += 64) compress(state, tail.data() + i);
  std::string hex;
  for (const std::uint32_t word : state) {
    for (int shift = 28; shift >= 0; shift -= 4) hex += "0123456789abcdef"[word >> shift & 15U];
  }
  return hex;
}

}  // namespace fovea::test
