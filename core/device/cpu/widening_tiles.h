#pragma once

#include "core/device/cpu/widening_product.h"

namespace fovea::cpu {

/// What a share of widening_product() is: rows of x, widened, and of y, and blocks first..last of the weight.
struct WideningShare {
  const float* x = nullptr;  ///< [rows, 2 · pairs]
  std::int64_t rows = 0;
  const std::uint16_t* bias = nullptr;  ///< [n], or null
  std::uint16_t* y = nullptr;           ///< [rows, n]
  std::int64_t first = 0;
  std::int64_t last = 0;
};

/// Computes it. Each in a file that is compiled for its instructions; call only where the processor has them.
/// The plain one runs everywhere.
void widening_tiles_avx512(const WideningWeight& weight, const WideningShare& share);
void widening_tiles_avx2(const WideningWeight& weight, const WideningShare& share);
void widening_tiles_plain(const WideningWeight& weight, const WideningShare& share);

}  // namespace fovea::cpu
