#pragma once

#include <cstdint>

namespace fovea::cpu {

/// An fp32 weight [n, k] as fp32_product() reads it: blocks of 64 rows, in each of them the columns one
/// behind the other, [n / 64][k][64], then the rows that are left, [k][n % 64]: n · k numbers. Not owned.
struct Fp32Weight {
  const float* values = nullptr;
  std::int64_t n = 0;
  std::int64_t k = 0;

  static constexpr std::int64_t kBlock = 64;
  std::int64_t blocks() const { return (n + kBlock - 1) / kBlock; }
};

/// Whether this processor has the instructions that fp32_product() needs (AVX-512, or AVX2 with FMA).
bool has_fp32_product();

/// Lays `weight` [n, k] into `to`, which has room for as much; packed.values counts for nothing.
void fp32_pack(const float* weight, const Fp32Weight& packed, float* to);

/// y [rows, n] = x [rows, k] · weightᵀ + bias, in fp32, for any number of rows ≥ 1. `bias` [n] may be null.
/// Each result is the sum, in order, of sums of 256 products fused one after the other, then the bias: a
/// row's bits depend neither on the other rows nor on threads or the processor's kind. A few rows read the
/// weight from memory once. Call only where has_fp32_product().
void fp32_product(const Fp32Weight& weight, const float* x, std::int64_t rows, const float* bias, float* y);

}  // namespace fovea::cpu
