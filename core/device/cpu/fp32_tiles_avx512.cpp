// Compiled for AVX-512: see fp32_tiles.h.
#include "core/device/cpu/fp32_tile.h"

#if defined(__AVX512F__)

namespace fovea::cpu {

void fp32_tiles_avx512(const Fp32Weight& weight, const Fp32Share& share) {
  using Vector [[gnu::vector_size(64)]] = float;
  fp32::compute<Vector, 24>(weight, share);
}

}  // namespace fovea::cpu

#endif
