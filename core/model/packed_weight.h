#pragma once

#include "core/device/cpu/packed_product.h"

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace fovea {

/// A weight [out, in] of bf16 or fp16 in oneDNN's blocked layout, made once. Immutable; any thread.
///
/// One to four rows of bf16 go through our own kernel on the same bytes (cpu::packed_product) where it was
/// found at load to give the very bits of oneDNN's: the layout and the order of oneDNN's sums are no promise
/// of its, so both are tried on numbers whose products cancel, for which any other order gives other bits.
/// Elsewhere all rows go through oneDNN.
class PackedWeight {
 public:
  PackedWeight() = default;

  /// Takes the weight, which is not kept beside the packed one.
  explicit PackedWeight(at::Tensor weight);

  bool defined() const { return packed_.defined(); }

  /// x [n, in] contiguous, of the weight's type; bias [out] or undefined; `activation` and `form` are those
  /// of mkldnn::_linear_pointwise ("none" and "", "gelu" and "tanh" or "none"). A row's bits do not depend
  /// on n.
  at::Tensor product(const at::Tensor& x, const at::Tensor& bias, const char* activation,
                     const char* form) const;

  /// Whether products of few rows go through our own kernel.
  bool has_own_kernel() const { return own_.chunk != 0; }

 private:
  at::Tensor packed_;
  cpu::PackedBf16Weight own_;  ///< chunk 0: not used
  int threads_ = 0;            ///< for which own_ was tried
};

}  // namespace fovea
