#pragma once

#include "core/device/compute.h"
#include "core/model/config.h"
#include "core/model/mrope_positions.h"

#include <cstdint>
#include <span>

#include <ATen/core/Tensor.h>

namespace fovea {

/// Row and column of every patch, in merge-block order (block row, block column, row in block, column in
/// block), the frames of a clip repeating theirs. [2, n] int64.
at::Tensor patch_coordinates(std::span<const VisionGrid> grids, std::int64_t merge);

/// Angles of the tower's two-dimensional rotary embedding: the first half of the pairs turns with the row,
/// the second with the column, pair j by theta^(−2j / (head_dim/2)) a step.
struct VisionRope {
  at::Tensor cos;  ///< [n, head_dim / 2] fp32
  at::Tensor sin;  ///< [n, head_dim / 2] fp32
};
/// On `device`; the angles are computed on the processor, whatever it is.
VisionRope vision_rope(const at::Tensor& coordinates, const VisionConfig& config,
                       at::Device device = at::kCPU);

/// Full attention within each frame. qkv [n, 3·hidden]; returns [n, hidden].
at::Tensor vision_attention(const at::Tensor& qkv, const VisionRope& rope, std::span<const VisionGrid> grids,
                            const VisionConfig& config, const Compute& compute = *own_kernels());

}  // namespace fovea
