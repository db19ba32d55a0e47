#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace fovea {

/// Which elements of a head form a rotated pair.
enum class RopeStyle {
  kHalves,       ///< (i, i + R/2): Qwen
  kInterleaved,  ///< (2i, 2i + 1): GLM
};

/// What happens between the fused q/k/v product and attention in a decoder layer.
struct DecoderHeads {
  std::int64_t query_heads = 0;
  std::int64_t kv_heads = 0;
  std::int64_t head_dim = 0;
  RopeStyle style = RopeStyle::kHalves;
  at::Tensor query_norm;  ///< [head_dim], or undefined: no norm on q and k
  at::Tensor key_norm;    ///< [head_dim]
  double norm_eps = 1e-6;
};

}  // namespace fovea
