#pragma once

#include "core/device/cpu/fp32_product.h"

namespace fovea::cpu {

/// What a share of fp32_product() is: rows of x and y, and blocks first..last of the weight.
struct Fp32Share {
  const float* x = nullptr;  ///< [rows, k]
  std::int64_t rows = 0;
  const float* bias = nullptr;  ///< [n], or null
  float* y = nullptr;           ///< [rows, n]
  std::int64_t first = 0;
  std::int64_t last = 0;
};

/// Computes it. Each in a file that is compiled for its instructions; call only where the processor has them.
void fp32_tiles_avx512(const Fp32Weight& weight, const Fp32Share& share);
void fp32_tiles_avx2(const Fp32Weight& weight, const Fp32Share& share);

}  // namespace fovea::cpu
