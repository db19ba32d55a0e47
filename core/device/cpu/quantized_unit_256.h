#pragma once

// 256-bit vectors for quantized_tile.h; included by the files compiled for AVX2 and for AVX-VNNI.

#include "core/device/cpu/quantized_tile.h"

#include <immintrin.h>

namespace fovea::cpu {
namespace {

struct Vectors256 {
  using Ints = __m256i;
  using Floats = __m256;
  static constexpr int kParts = 2;
  static constexpr int kBytes = 32;
  /// Sixteen registers: eight of sums leave room for the weight, x and what is between.
  static constexpr int kRows = 2;
  static constexpr int kPanels = 1;
  static constexpr int kFewRows = 2;

  static Floats zero() { return _mm256_setzero_ps(); }

  template <int Bits, int Quads>
  static void load(const std::uint8_t* from, Ints (&stored)[Quads]) {
    const Ints line = _mm256_loadu_si256(reinterpret_cast<const Ints*>(from));
    if constexpr (Bits == 8) {
      stored[0] = line;
    } else {
      const Ints low = _mm256_set1_epi8(15);
      stored[0] = _mm256_and_si256(line, low);
      stored[1] = _mm256_and_si256(_mm256_srli_epi32(line, 4), low);
    }
  }

  static Ints repeat(const std::int8_t* quad) {
    std::int32_t bits;
    __builtin_memcpy(&bits, quad, sizeof(bits));
    return _mm256_set1_epi32(bits);
  }

  static Floats widen(const std::uint16_t* scales) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(scales)));
  }

  static Floats add_scaled(Floats total, Ints sums, Floats scale, float in_scale) {
    return _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums), _mm256_mul_ps(scale, _mm256_set1_ps(in_scale)), total);
  }

  static void store(float* to, Floats total) { _mm256_storeu_ps(to, total); }
};

}  // namespace
}  // namespace fovea::cpu
