// Compiled for AVX-512: see widening_tiles.h.
#include "core/device/cpu/widening_tile.h"

#if defined(__AVX512F__)

namespace fovea::cpu {

void widening_tiles_avx512(const WideningWeight& weight, const WideningShare& share) {
  using Vector [[gnu::vector_size(64)]] = float;
  widening::compute<Vector, 24, 20>(weight, share);
}

}  // namespace fovea::cpu

#endif
