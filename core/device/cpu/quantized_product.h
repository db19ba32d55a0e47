#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea::cpu {

/// Weight rows that lie side by side: with four values of each they fill a cache line.
inline constexpr std::int64_t kPanelRows = 16;

/// A weight [rows, columns] as small integers: group g of a row stands for scale · (stored - zero), zero
/// being 128 for 8 bits and 8 for 4 bits. Columns are padded to whole groups and rows to whole panels, both
/// with `zero`. Immutable once filled (by core/model/quantization.h); any thread.
struct QuantizedWeight {
  int bits = 8;              ///< 8 or 4
  std::int64_t group = 64;   ///< columns that share a scale: 32, 64, 128, or with 8 bits a whole padded row
  std::int64_t rows = 0;     ///< of the weight: outputs
  std::int64_t columns = 0;  ///< inputs
  float unit = 1.0F;         ///< all scales are times this power of two, which keeps them normal in fp16
  at::Tensor values;         ///< uint8 [panels, groups, group / 4, 16, 4]; with 4 bits two quads share a
                             ///< byte, the first in its low half: [panels, groups, group / 8, 16, 4]
  at::Tensor scales;         ///< fp16 [panels, groups, 16]
  std::int64_t panels() const { return (rows + kPanelRows - 1) / kPanelRows; }
  std::int64_t groups() const { return (columns + group - 1) / group; }
  std::uint64_t bytes() const { return values.nbytes() + scales.nbytes(); }
};

/// Which instructions multiply: AMX's tiles of int8 (up to 8 rows as the next), AVX-512 VNNI, 256-bit VNNI,
/// AVX2, or none in particular.
enum class QuantizedKernel { kAmx, kAvx512Vnni, kAvxVnni, kAvx2, kPlain };

/// What this processor can run, best first.
std::vector<QuantizedKernel> quantized_kernels();

/// x·Wᵀ + b with x rounded to int8 too: each row by itself, by the weight's groups, with scale max|x| / 127.
/// A group's products are summed exactly in integers, the groups in order in fp32, one fused multiply-add
/// each; so a row's result is the same bits among any rows, with any thread count and any kernel. x [n,
/// columns] fp32, bf16 or fp16, contiguous; bias [rows] of that type or undefined; returns [n, rows] of that
/// type. A row that holds NaN or infinity gives NaN. Up to about 8 rows the weight is read once at the speed
/// of memory; with more it is the integer units that count.
at::Tensor quantized_linear(const at::Tensor& x, const QuantizedWeight& weight, const at::Tensor& bias);
at::Tensor quantized_linear(const at::Tensor& x, const QuantizedWeight& weight, const at::Tensor& bias,
                            QuantizedKernel kernel);

}  // namespace fovea::cpu
