#pragma once

#include <cstdint>

namespace fovea::cpu {

/// One head of a vision tower's attention over one frame, in bf16: every row sees every row.
struct FrameHead {
  const std::uint16_t* q;  ///< [rows, dim], as k and v
  const std::uint16_t* k;
  const std::uint16_t* v;
  std::int64_t rows;
  std::int64_t dim;
  float scale;         ///< of the products of q and k, above 0
  std::uint16_t* out;  ///< [rows, dim], its rows `stride` numbers apart
  std::int64_t stride;
};

/// What frame_attention_amx() does; dim must be even and at most this.
inline constexpr std::int64_t kMostFrameDim = 256;

/// Bytes that frame_attention_amx() needs beside its arguments: keys and values laid for tiles of 32 rows and
/// 32 columns.
constexpr std::int64_t frame_attention_room(std::int64_t rows, std::int64_t dim) {
  return (rows + 31) / 32 * 32 * ((dim + 31) / 32 * 32) * 2 * 2;
}

/// out = softmax(scale · q·kᵀ) · v by AMX's tiles, never more than a few rows' scores at a time. Scores,
/// their exponentials (to two units in the last place) and sums are fp32; weights are rounded to bf16 before
/// they are multiplied, as the reference's are. Keys are taken in order, so a row's bits do not depend on the
/// other rows. `room` is aligned to 64 bytes. Call only where amx_products().bf16 and AVX-512 with BF16.
void frame_attention_amx(const FrameHead& head, void* room);

}  // namespace fovea::cpu
