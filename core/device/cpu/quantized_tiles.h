#pragma once

#include <cstdint>

namespace fovea::cpu {

/// Rows of x rounded to int8 (see quantized_linear()).
struct QuantizedRows {
  const std::int8_t* values;  ///< [rows, groups · group]
  const float* scales;        ///< [rows, groups]
  const std::int32_t*
      offsets;  ///< [rows, groups]: -zero · the group's sum, where a sum of stored values begins
  std::int64_t rows;
};

/// Panels of a QuantizedWeight.
struct QuantizedPanels {
  const std::uint8_t* values;   ///< of the first panel
  const std::uint16_t* scales;  ///< of the first panel; bits of fp16
  std::int64_t panels;
  std::int64_t groups;
  std::int64_t group;
  int bits;

  std::int64_t value_stride() const { return groups * group * 16 * bits / 8; }
  std::int64_t scale_stride() const { return groups * 16; }
};

/// out[row · stride + 16 · panel + i] = Σ over groups of x's scale · weight's scale · (offset + Σ stored ·
/// x). One function for each set of instructions, in a file that is compiled for them; call only what
/// quantized_kernels() names.
using QuantizedTiles = void (*)(const QuantizedRows& x, const QuantizedPanels& weight, float* out,
                                std::int64_t stride);
void quantized_tiles_avx512(const QuantizedRows& x, const QuantizedPanels& weight, float* out,
                            std::int64_t stride);
void quantized_tiles_avx_vnni(const QuantizedRows& x, const QuantizedPanels& weight, float* out,
                              std::int64_t stride);
void quantized_tiles_avx2(const QuantizedRows& x, const QuantizedPanels& weight, float* out,
                          std::int64_t stride);
void quantized_tiles_plain(const QuantizedRows& x, const QuantizedPanels& weight, float* out,
                           std::int64_t stride);

}  // namespace fovea::cpu
