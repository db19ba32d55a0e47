#pragma once

#include "core/device/cpu/quantized_tiles.h"

#include <cstdint>

namespace fovea::cpu {

/// Rows of x that fill a tile.
inline constexpr std::int64_t kAmxRows = 16;

/// Columns of x that a row of a tile holds: 64, or the group where that is shorter.
constexpr std::int64_t amx_piece(std::int64_t group) {
  return group < 64 ? group : 64;
}

/// Whether panels are laid anew without their zero; those of long groups, of 8 bits and as long as the row,
/// are multiplied as they are stored.
constexpr bool amx_lays(std::int64_t group) {
  return group <= 128;
}

/// Rows of x rounded to int8, laid for tiles; what a last tile has no rows for is nought.
struct AmxRows {
  const std::int8_t* values;    ///< [tiles, groups · group / piece, 16, piece]
  const float* scales;          ///< [tiles, groups, 16]
  const std::int32_t* offsets;  ///< [tiles, 16]: see QuantizedRows; used with long groups only
  std::int64_t tiles;
};

/// Panels of a weight, with zero taken from their numbers where amx_lays() says so.
struct AmxPanels {
  const std::int8_t* values;  ///< [panels, groups · group / 4, 16, 4]; else unsigned
  const float* scales;        ///< [panels, groups, 16]
  std::int64_t panels;
  std::int64_t groups;
  std::int64_t group;

  std::int64_t value_stride() const { return groups * group * 16; }
  std::int64_t scale_stride() const { return groups * 16; }
};

/// Lays panels as quantized_tiles_amx() takes them, into room for so many values and scales.
AmxPanels amx_panels(const QuantizedPanels& weight, std::int8_t* values, float* scales);

/// What QuantizedTiles are, for whole tiles of rows, with the same bits: out[row · stride + 16 · panel + i].
/// Call only where amx_products().int8 and quantized_kernels() names kAvx512Vnni.
void quantized_tiles_amx(const AmxRows& x, const AmxPanels& weight, float* out, std::int64_t stride);

}  // namespace fovea::cpu
