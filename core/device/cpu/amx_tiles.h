#pragma once

#include "core/device/cpu/amx_product.h"

namespace fovea::cpu {

/// Rows of x that a tile holds.
inline constexpr std::int64_t kAmxTileRows = 16;

/// Up to kAmxTileRows rows of x laid in tiles of as many rows, [steps][rows][32], what is behind the last
/// column nought.
struct AmxTiles {
  const std::uint16_t* values;
  std::int64_t rows;
};

/// Rows of x as they lie, [rows][k], few enough for their tiles of `chunk` steps of columns to stay in the
/// second cache; and room for what the kernel makes of them, all of it aligned to 64 bytes.
struct AmxSlab {
  const std::uint16_t* values;
  std::int64_t rows;
  std::int64_t chunk;
  std::uint16_t* panel;  ///< for the rows, filled up to two tiles, and 32 columns a step of the chunk
  float* sums;           ///< for as many rows and the blocks' columns; unused where the chunk holds all steps
};

/// What becomes of a sum before and after it is rounded.
struct AmxEnd {
  const std::uint16_t* bias;  ///< [n] or null
  bool gelu;
};

/// What amx_product() does for the weight's blocks first..last, y and x those of the rows given. In a file
/// that is compiled for AMX; call only where has_amx_product(). amx_few_rows() reads the weight as one
/// stream. amx_many_rows() reads a block once for the whole slab, the next while it multiplies by this one;
/// `laid` says that the panel holds the slab already. With `past` it writes y past the caches: its rows must
/// be whole lines.
void amx_few_rows(const AmxWeight& weight, const AmxTiles& x, const AmxEnd& end, std::uint16_t* y,
                  std::int64_t first, std::int64_t last);
void amx_many_rows(const AmxWeight& weight, const AmxSlab& x, const AmxEnd& end, std::uint16_t* y,
                   std::int64_t first, std::int64_t last, bool laid, bool past);

}  // namespace fovea::cpu
