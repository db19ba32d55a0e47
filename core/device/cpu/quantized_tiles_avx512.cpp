// Compiled for AVX-512 with VNNI: see quantized_tile.h.
#include "core/device/cpu/quantized_tile.h"

#if defined(__AVX512VNNI__)

#include <immintrin.h>

namespace fovea::cpu {
namespace {

struct Avx512 {
  using Ints = __m512i;
  using Floats = __m512;
  static constexpr int kParts = 1;
  static constexpr int kBytes = 64;
  /// 24 registers of sums, two of the weight, and those of the scales.
  static constexpr int kRows = 6;
  static constexpr int kPanels = 2;
  static constexpr int kFewRows = 8;

  static Floats zero() { return _mm512_setzero_ps(); }

  template <int Bits>
  static Ints begin(std::int32_t offset) {
    return _mm512_set1_epi32(offset);
  }

  template <int Bits, int Quads>
  static void load(const std::uint8_t* from, Ints (&stored)[Quads]) {
    const Ints line = _mm512_loadu_si512(from);
    if constexpr (Bits == 8) {
      stored[0] = line;
    } else {
      const Ints low = _mm512_set1_epi8(15);
      stored[0] = _mm512_and_si512(line, low);
      stored[1] = _mm512_and_si512(_mm512_srli_epi32(line, 4), low);
    }
  }

  static Ints repeat(const std::int8_t* quad) {
    std::int32_t bits;
    __builtin_memcpy(&bits, quad, sizeof(bits));
    return _mm512_set1_epi32(bits);
  }

  template <int Bits>
  static Ints add_products(Ints sums, Ints stored, Ints quad) {
    return _mm512_dpbusd_epi32(sums, stored, quad);
  }

  static Floats widen(const std::uint16_t* scales) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(scales)));
  }

  static Floats add_scaled(Floats total, Ints sums, Floats scale, float in_scale) {
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums), _mm512_mul_ps(scale, _mm512_set1_ps(in_scale)), total);
  }

  static void store(float* to, Floats total) { _mm512_storeu_ps(to, total); }
};

}  // namespace

void quantized_tiles_avx512(const QuantizedRows& x, const QuantizedPanels& weight, float* out,
                            std::int64_t stride) {
  if (weight.bits == 8) return tiles<Avx512, 8>(x, weight, out, stride);
  tiles<Avx512, 4>(x, weight, out, stride);
}

}  // namespace fovea::cpu

#endif
