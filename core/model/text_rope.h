#pragma once

#include "core/model/config.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea {

/// Cosines and sines for the decoder's rotary embedding, one column a rotated pair.
struct RopeTables {
  at::Tensor cos;  ///< [n, rotary_dim / 2], the model's type
  at::Tensor sin;  ///< [n, rotary_dim / 2]
};

/// M-RoPE: pair i turns by position(axis of i) · theta^(−2i/R). The angle is an fp32 product as in the
/// reference; its cosine and sine are exact to the last fp32 bit, then rounded to the model's type, so that a
/// row depends on its own position only (a vector library's may depend on where in a batch it stands). Which
/// axis a pair follows is the family's: Qwen3-VL interleaves T, H, W; GLM lays them in sections. Immutable.
class TextRope {
 public:
  /// A token's positions on the time, height and width axes.
  using Position = std::array<std::int64_t, 3>;

  TextRope() = default;
  TextRope(const ModelConfig& config, at::ScalarType type);

  /// One row a position. Costs 3 µs a row and thread.
  RopeTables tables(std::span<const Position> positions) const;

 private:
  std::vector<float> inverse_frequency_;  ///< [R/2]
  std::vector<std::size_t> axis_;         ///< [R/2]: 0, 1 or 2
  at::ScalarType type_ = at::kFloat;
};

}  // namespace fovea
