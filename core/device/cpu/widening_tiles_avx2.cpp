// Compiled for AVX2 with FMA: see widening_tiles.h.
#include "core/device/cpu/widening_tile.h"

#if defined(__AVX2__) && defined(__FMA__)

namespace fovea::cpu {

void widening_tiles_avx2(const WideningWeight& weight, const WideningShare& share) {
  using Vector [[gnu::vector_size(32)]] = float;
  widening::compute<Vector, 12, 8>(weight, share);
}

}  // namespace fovea::cpu

#endif
