#pragma once

#include <cstdint>

namespace fovea::cpu {

/// A bf16 weight [n, k] as widening_product() reads it: blocks of 64 rows, in each of them pairs of columns
/// one behind the other, [blocks][pairs][64][2]; what is behind n and k is nought. Not owned.
struct WideningWeight {
  const std::uint16_t* values = nullptr;
  std::int64_t n = 0;
  std::int64_t k = 0;

  static constexpr std::int64_t kBlock = 64;
  std::int64_t blocks() const { return (n + kBlock - 1) / kBlock; }
  std::int64_t pairs() const { return (k + 1) / 2; }
  /// Numbers that `values` holds.
  std::int64_t size() const { return blocks() * pairs() * kBlock * 2; }
};

/// Whether bf16 is multiplied fastest in fp32 here: everywhere but on AMD's processors with AVX-512 BF16. (On
/// Intel's the instruction for bf16 pairs takes two cycles, so that it does 80 GFLOP/s a core where fp32 does
/// 150; with AMX amx_product() is four times as fast as that: has_amx_product() goes before.)
bool has_widening_product();

/// Lays a weight [n, k] into to's values, which have room for its size().
void widening_pack(const std::uint16_t* weight, const WideningWeight& to, std::uint16_t* values);

/// y [rows, n] = x [rows, k] · weightᵀ + bias, all bf16, for any number of rows ≥ 1; `bias` [n] may be null.
/// bf16 times bf16 is exact in fp32. Each result is the sum, in order, of sums of 256 products fused one
/// after the other (rounded one by one where the processor has no fused ones), then the bias, rounded to bf16
/// once: a row's bits depend neither on the other rows nor on threads, and are the same with AVX2 and
/// AVX-512. A few rows read the weight from memory once and widen it in registers, more have it widened a
/// chunk at a time.
void widening_product(const WideningWeight& weight, const std::uint16_t* x, std::int64_t rows,
                      const std::uint16_t* bias, std::uint16_t* y);

}  // namespace fovea::cpu
