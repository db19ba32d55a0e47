#pragma once

#include "core/device/cpu/amx_product.h"

namespace fovea::cpu {

/// Rows of x that a tile holds.
inline constexpr std::int64_t kAmxTileRows = 16;

/// Rows of x laid for tiles of `height` rows: [tiles][steps][height][32], what is behind the last row and
/// column nought. Height: 16, or all rows where they are fewer.
struct AmxTiles {
  const std::uint16_t* values;
  std::int64_t rows;
  std::int64_t height;
};

/// What amx_product() does for the weight's blocks first..last. In a file that is compiled for AMX; call only
/// where has_amx_product(). amx_few_rows() takes up to one tile of rows and reads the weight as one stream;
/// amx_many_rows() wants room for amx_room() sums and does best with a few blocks, which stay in the cache.
void amx_few_rows(const AmxWeight& weight, const AmxTiles& x, const std::uint16_t* bias, std::uint16_t* y,
                  std::int64_t first, std::int64_t last);
void amx_many_rows(const AmxWeight& weight, const AmxTiles& x, const std::uint16_t* bias, std::uint16_t* y,
                   std::int64_t first, std::int64_t last, float* room);
std::int64_t amx_room(std::int64_t blocks);

}  // namespace fovea::cpu
