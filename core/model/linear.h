#pragma once

#include "core/device/compute.h"
#include "core/device/cpu/fp32_product.h"
#include "core/model/packed_weight.h"

#include <cstdint>
#include <memory>

#include <ATen/core/Tensor.h>

namespace fovea {
namespace cpu {
struct QuantizedWeight;
}

/// What a Linear makes of its weight: integers of 8 or 4 bits with a scale for each group of 32, 64 or 128
/// columns or kWholeRow, or nothing (0 bits).
struct LinearFormat {
  int bits = 0;
  std::int64_t group = 0;
};

/// y = x·Wᵀ + b with the weight kept once, in the layout that the product wants: quantized for
/// cpu::quantized_linear() if so asked; for bf16, and for fp16 on a CPU that multiplies it at speed, a
/// PackedWeight, made once at load; for fp32 that of cpu::fp32_product(); otherwise plain through ATen's own
/// linear, the very operator of the reference. A row's result does not depend on how many rows there are.
/// With Products::kOperators plain and through ATen's linear on whatever device it is. Immutable after
/// construction; any thread.
class Linear {
 public:
  Linear() = default;

  /// weight [out, in] and bias [out] (or undefined) of one type. Takes the weight: in the packed layout the
  /// given tensor is not kept, so at most one unpacked weight exists at a time. Integers are for our own
  /// products only.
  Linear(at::Tensor weight, at::Tensor bias, LinearFormat format = {}, Products products = Products::kOwn);

  /// Whether a Linear made so keeps the weight that it is given; else it lays the numbers anew.
  static bool keeps_weight(at::ScalarType type, LinearFormat format, Products products);

  /// A weight that is integers already.
  Linear(cpu::QuantizedWeight weight, at::Tensor bias);

  /// x [n, in] contiguous, of the weight's type; returns [n, out].
  at::Tensor operator()(const at::Tensor& x) const;

  /// The product followed by GELU, its tanh form or the exact erf form. oneDNN's product applies it before
  /// rounding, so it differs from the separate operator by less than one rounding; our own round before it.
  at::Tensor gelu(const at::Tensor& x, bool tanh_form) const;

  /// From here on x is rounded to 8 bits before the product, each row by itself, and stays in its type: as
  /// compressed-tensors 0.20 computes w8a8 (symmetric, scale max|x| / 127.5). Not for integers, whose product
  /// rounds x itself, by groups.
  void round_activations() { rounds_ = true; }

  std::uint64_t bytes() const { return bytes_; }
  /// Of a weight: 8 or 4 where it is integers, else 0.
  int integer_bits() const;

 private:
  enum class Product { kOperators, kAten, kPacked, kFp32, kQuantized };

  void pack_fp32();

  at::Tensor run(const at::Tensor& input, const char* activation, const char* form) const;

  at::Tensor weight_;  ///< [out, in], or the numbers of fp32_; undefined when packed or quantized
  PackedWeight packed_;
  cpu::Fp32Weight fp32_;
  std::shared_ptr<const cpu::QuantizedWeight> quantized_;
  at::Tensor bias_;  ///< [out] or undefined
  Product product_ = Product::kAten;
  bool rounds_ = false;
  std::uint64_t bytes_ = 0;
};

/// x·Wᵀ + b by ATen's own linear; x [n, in], weight [out, in], bias [out] or undefined, of one type. A row's
/// bits do not depend on n or on the thread count: ATen's fp32 product takes another path for the rows of a
/// thread that has fewer than four (measured for n up to 2048 and one to four threads), so n is filled up to
/// a multiple of four.
at::Tensor plain_linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

/// The head's product, each result rounded to the model's type and returned as fp32. x [n, in], weight
/// [vocab, in] of one type; returns [n, vocab].
at::Tensor head_product(const at::Tensor& x, const at::Tensor& weight, Products products);

/// x [n, in] with each row rounded to 8 bits and back, see Linear::round_activations().
at::Tensor rounded_rows(const at::Tensor& x);

/// Whether this CPU multiplies matrices of this type at speed (AVX-512 or better, by oneDNN's own word).
bool has_fast_products(at::ScalarType type);

}  // namespace fovea
