// Compiled for AVX2 with FMA and F16C: see quantized_tile.h.
#if defined(__AVX2__)

#include "core/device/cpu/quantized_unit_256.h"

namespace fovea::cpu {
namespace {

/// Products of pairs are summed in 16 bits here, which must not overflow: 4-bit values (at most 15 · 127 · 2)
/// may stay as they are stored, 8-bit ones are taken as signed (at most 127 · 127 · 2), so that their sums
/// begin at nought.
struct Avx2 : Vectors256 {
  template <int Bits>
  static Ints begin(std::int32_t offset) {
    return _mm256_set1_epi32(Bits == 8 ? 0 : offset);
  }

  template <int Bits>
  static Ints add_products(Ints sums, Ints stored, Ints quad) {
    Ints pairs;
    if constexpr (Bits == 8) {
      const Ints value = _mm256_xor_si256(stored, _mm256_set1_epi8(-128));
      pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(value), _mm256_sign_epi8(quad, value));
    } else {
      pairs = _mm256_maddubs_epi16(stored, quad);
    }
    return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  }
};

}  // namespace

void quantized_tiles_avx2(const QuantizedRows& x, const QuantizedPanels& weight, float* out,
                          std::int64_t stride) {
  if (weight.bits == 8) return tiles<Avx2, 8>(x, weight, out, stride);
  tiles<Avx2, 4>(x, weight, out, stride);
}

}  // namespace fovea::cpu

#endif
