#pragma once

#include "core/model/config.h"
#include "core/model/mrope_positions.h"

#include <ATen/core/Tensor.h>

namespace fovea {

/// Cosines and sines for the decoder's rotary embedding, one column a rotated pair.
struct RopeTables {
  at::Tensor cos;  ///< [n, rotary_dim / 2], the model's type
  at::Tensor sin;  ///< [n, rotary_dim / 2]
};

/// M-RoPE: pair i turns by position(axis of i) · theta^(−2i/R), in fp32, then rounded to the model's type.
/// Which axis a pair follows is the family's: Qwen3-VL interleaves T, H, W; GLM lays them in sections.
/// Immutable.
class TextRope {
 public:
  TextRope() = default;
  TextRope(const ModelConfig& config, at::ScalarType type);

  /// For a prompt.
  RopeTables tables(const RopePositions& positions) const;
  /// For one token whose three positions are equal.
  RopeTables tables(std::int64_t position) const;

 private:
  RopeTables from_axes(const at::Tensor& positions) const;  // [3, n] fp32

  at::Tensor inverse_frequency_;  ///< [R/2] fp32
  at::Tensor axis_;               ///< [R/2] int64: 0, 1 or 2
  at::ScalarType type_ = at::kFloat;
};

}  // namespace fovea
