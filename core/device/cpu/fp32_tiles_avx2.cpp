// Compiled for AVX2 with FMA: see fp32_tiles.h.
#include "core/device/cpu/fp32_tile.h"

#if defined(__AVX2__) && defined(__FMA__)

namespace fovea::cpu {

void fp32_tiles_avx2(const Fp32Weight& weight, const Fp32Share& share) {
  using Vector [[gnu::vector_size(32)]] = float;
  fp32::compute<Vector, 12>(weight, share);
}

}  // namespace fovea::cpu

#endif
