#pragma once

#include "core/device/cpu/amx_product.h"
#include "core/device/cpu/packed_product.h"
#include "core/device/cpu/widening_product.h"

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace fovea {

/// Which kernels multiply bf16.
enum class Bf16Products { kAmx, kWidening, kOneDnn };

/// The fastest that this processor has.
Bf16Products best_bf16_products();

/// A weight [out, in] of bf16 or fp16 in a blocked layout, made once. Immutable; any thread.
///
/// bf16 goes through our own kernels: by tiles on processors with AMX (cpu::amx_product; oneDNN's products
/// there give a row other bits among other rows), in fp32 on most others (cpu::widening_product). On AMD's
/// with AVX-512 BF16 it is oneDNN's layout, and one to four rows go through our own kernel on the same bytes
/// (cpu::packed_product) where it was found at load to give the very bits of oneDNN's: the layout and the
/// order of oneDNN's sums are no promise of its, so both are tried on numbers whose products cancel, for
/// which any other order gives other bits. What is left, and fp16, goes through oneDNN.
class PackedWeight {
 public:
  PackedWeight() = default;

  /// Takes the weight, which is not kept beside the packed one. `products` must be there where it is bf16.
  explicit PackedWeight(at::Tensor weight, Bf16Products products = best_bf16_products());

  /// x [n, in] contiguous, of the weight's type; bias [out] or undefined; `activation` and `form` are those
  /// of mkldnn::_linear_pointwise ("none" and "", "gelu" and "tanh" or "none"); our own
  /// kernels round before it. A row's bits do not depend on n.
  at::Tensor product(const at::Tensor& x, const at::Tensor& bias, const char* activation,
                     const char* form) const;

  /// Whether products of few rows go through our own kernel.
  bool has_own_kernel() const {
    return own_.chunk != 0 || amx_.values != nullptr || widening_.values != nullptr;
  }

 private:
  at::Tensor packed_;             ///< oneDNN's, or what amx_ or widening_ points to
  cpu::AmxWeight amx_;            ///< values null: not used
  cpu::WideningWeight widening_;  ///< values null: not used
  cpu::PackedBf16Weight own_;     ///< chunk 0: not used
  int threads_ = 0;               ///< for which own_ was tried
};

}  // namespace fovea
