#pragma once

#include "core/device/cpu/fp32_tiles.h"
#include "core/device/cpu/tile_sums.h"

/// What fp32_tiles_*.cpp are made of. Internal linkage and no standard library, as tile_sums.h says.
namespace fovea::cpu::fp32 {
namespace {

using tile::kBlock;
using tile::kChunk;
static_assert(kBlock == Fp32Weight::kBlock);

/// Rows that meet a chunk of a block before the next one: their part of x (48 KB) and that of the weight
/// (64 KB) stay in the second cache.
constexpr std::int64_t kSlab = 48;

/// What add_rows() adds for one row of x, against the `width` < 64 weight rows that fill no block.
inline void add_narrow(const float* block, std::int64_t width, const float* x, std::int64_t begin,
                       std::int64_t end, float* totals) {
  alignas(64) float sums[kBlock] = {};
  for (std::int64_t at = begin; at < end; ++at) {
    for (std::int64_t i = 0; i < width; ++i) sums[i] += block[at * width + i] * x[at];
  }
  for (std::int64_t i = 0; i < width; ++i) totals[i] = begin == 0 ? sums[i] : totals[i] + sums[i];
}

template <typename Vector, int Registers>
inline void compute(const Fp32Weight& weight, const Fp32Share& share) {
  alignas(64) float totals[kSlab * kBlock];
  const std::int64_t k = weight.k;
  const bool ahead = weight.n * k * static_cast<std::int64_t>(sizeof(float)) > kCachedBytes;
  for (std::int64_t index = share.first; index < share.last; ++index) {
    const float* block = weight.values + index * kBlock * k;
    const std::int64_t columns = weight.n - index * kBlock < kBlock ? weight.n - index * kBlock : kBlock;
    for (std::int64_t slab = 0; slab < share.rows; slab += kSlab) {
      const std::int64_t rows = share.rows - slab < kSlab ? share.rows - slab : kSlab;
      const float* x = share.x + slab * k;
      for (std::int64_t begin = 0; begin < k; begin += kChunk) {
        const std::int64_t end = begin + kChunk < k ? begin + kChunk : k;
        if (columns < kBlock) {
          for (std::int64_t row = 0; row < rows; ++row)
            add_narrow(block, columns, x + row * k, begin, end, totals + row * kBlock);
          continue;
        }
        tile::add_rows<Vector, tile::Floats, Registers>(
            rows, {block + begin * kBlock, x + begin, k, end - begin, begin == 0, ahead}, totals);
      }
      for (std::int64_t row = 0; row < rows; ++row) {
        float* y = share.y + (slab + row) * weight.n + index * kBlock;
        const float* total = totals + row * kBlock;
        const float* bias = share.bias == nullptr ? nullptr : share.bias + index * kBlock;
        for (std::int64_t i = 0; i < columns; ++i) y[i] = bias == nullptr ? total[i] : total[i] + bias[i];
      }
    }
  }
}

}  // namespace
}  // namespace fovea::cpu::fp32
