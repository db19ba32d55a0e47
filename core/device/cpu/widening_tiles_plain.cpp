#include "core/device/cpu/widening_tile.h"

namespace fovea::cpu {

void widening_tiles_plain(const WideningWeight& weight, const WideningShare& share) {
  using Vector [[gnu::vector_size(16)]] = float;
  widening::compute<Vector, 12, 8>(weight, share);
}

}  // namespace fovea::cpu
