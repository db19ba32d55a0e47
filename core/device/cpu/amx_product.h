#pragma once

#include <cstdint>

namespace fovea::cpu {

/// A bf16 weight [n, k] laid for AMX: blocks of 32 rows, in them steps of 32 columns, of each step two tiles
/// of 16 rows whose pairs of columns lie side by side, [blocks][steps][2][16 pairs][16 rows][2]; what is
/// behind n and k is nought. Not owned.
struct AmxWeight {
  const std::uint16_t* values = nullptr;
  std::int64_t n = 0;
  std::int64_t k = 0;

  static constexpr std::int64_t kBlockRows = 32;
  static constexpr std::int64_t kStepColumns = 32;
  std::int64_t blocks() const { return (n + kBlockRows - 1) / kBlockRows; }
  std::int64_t steps() const { return (k + kStepColumns - 1) / kStepColumns; }
  std::int64_t block_stride() const { return steps() * kBlockRows * kStepColumns; }
  /// Numbers that `values` holds.
  std::int64_t size() const { return blocks() * block_stride(); }
};

/// Whether amx_product() runs here: AMX with bf16, granted by the system, and AVX-512 with BF16.
bool has_amx_product();

/// Lays a weight [n, k] into to's values, which have room for its size().
void amx_pack(const std::uint16_t* weight, const AmxWeight& to, std::uint16_t* values);

/// y [rows, n] = x [rows, k] · weightᵀ + bias, all bf16, `bias` [n] or null. The sum of a row is the same
/// bits among any rows and with any thread count: tiles add up the even and the odd columns of each step in
/// fp32 and add both to the sum, step after step; the bias is added last, then it is rounded once. With
/// `gelu` the tanh form of GELU is taken of that and rounded again. (oneDNN's products by AMX depend on the
/// number of rows, for they share columns among threads.) Up to 16 rows the weight is read once at the speed
/// of memory. Call only where has_amx_product().
void amx_product(const AmxWeight& weight, const std::uint16_t* x, std::int64_t rows,
                 const std::uint16_t* bias, std::uint16_t* y, bool gelu = false);

}  // namespace fovea::cpu
