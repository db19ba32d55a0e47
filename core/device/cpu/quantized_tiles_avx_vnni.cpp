// Compiled for AVX2 with AVX-VNNI: see quantized_tile.h.
#if defined(__AVXVNNI__)

#include "core/device/cpu/quantized_unit_256.h"

namespace fovea::cpu {
namespace {

struct AvxVnni : Vectors256 {
  template <int Bits>
  static Ints begin(std::int32_t offset) {
    return _mm256_set1_epi32(offset);
  }

  template <int Bits>
  static Ints add_products(Ints sums, Ints stored, Ints quad) {
    return _mm256_dpbusd_avx_epi32(sums, stored, quad);
  }
};

}  // namespace

void quantized_tiles_avx_vnni(const QuantizedRows& x, const QuantizedPanels& weight, float* out,
                              std::int64_t stride) {
  if (weight.bits == 8) return tiles<AvxVnni, 8>(x, weight, out, stride);
  tiles<AvxVnni, 4>(x, weight, out, stride);
}

}  // namespace fovea::cpu

#endif
