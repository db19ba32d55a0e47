#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace fovea::cpu {

/// x += table read at every patch's place by bilinear interpolation with aligned corners: along an axis of n
/// patches patch i lies at i·(side − 1) / max(n − 1, 1). Weights and sums are fp32, the four taps in the
/// order (row, column), (row, column + 1), (row + 1, column), (row + 1, column + 1); one rounding before the
/// addition. x [n, d] is changed; table [side², d] of the same type; coordinates [2, n] int64: row and column
/// of each patch in a grid of height × width patches.
void add_bilinear_positions(at::Tensor& x, const at::Tensor& table, const at::Tensor& coordinates,
                            std::int64_t side, std::int64_t height, std::int64_t width);

}  // namespace fovea::cpu
