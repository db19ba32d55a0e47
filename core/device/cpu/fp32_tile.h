#pragma once

#include "core/device/cpu/fetch_ahead.h"
#include "core/device/cpu/fp32_tiles.h"

/// What fp32_tiles_*.cpp are made of. They are compiled for particular instructions, so everything here has
/// internal linkage and calls nothing of the standard library: a copy that the linker shared would end on
/// processors without those instructions.
namespace fovea::cpu::fp32 {
namespace {

constexpr std::int64_t kBlock = Fp32Weight::kBlock;
/// Columns whose products are added up before their sum is added to the result.
constexpr std::int64_t kChunk = 256;
/// Rows that meet a chunk of a block before the next one: their part of x (48 KB) and that of the weight
/// (64 KB) stay in the second cache.
constexpr std::int64_t kSlab = 48;

/// Rows up to which a weight is fetched ahead; with more, multiplying takes longer than reading.
constexpr int kFewRows = 2;

/// totals[row][64] of Rows rows over the columns begin..end of x, in Vectors vectors from weight row `from`
/// of the block on; added to what is there unless the columns are the first. With `ahead`, what follows in
/// the weight is fetched.
template <typename Vector, int Rows, int Vectors>
inline __attribute__((always_inline)) void add_vectors(const float* block, const float* x, std::int64_t k,
                                                       std::int64_t begin, std::int64_t end, bool ahead,
                                                       std::int64_t from, float* totals) {
  constexpr std::int64_t kLanes = sizeof(Vector) / sizeof(float);
  Vector sums[Rows][Vectors];
#pragma GCC unroll 8
  for (int row = 0; row < Rows; ++row) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) sums[row][v] = Vector{};
  }
  for (std::int64_t at = begin; at < end; ++at) {
    if (Rows <= kFewRows && ahead) {
      const auto* next = reinterpret_cast<const char*>(block + at * kBlock + from) + kAheadBytes;
#pragma GCC unroll 4
      for (std::size_t line = 0; line < Vectors * sizeof(Vector); line += 64) __builtin_prefetch(next + line);
    }
    Vector columns[Vectors];
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v)
      __builtin_memcpy(&columns[v], block + at * kBlock + from + v * kLanes, sizeof(Vector));
#pragma GCC unroll 8
    for (int row = 0; row < Rows; ++row) {
      const float value = x[row * k + at];
#pragma GCC unroll 8
      for (int v = 0; v < Vectors; ++v) sums[row][v] += columns[v] * value;
    }
  }
#pragma GCC unroll 8
  for (int row = 0; row < Rows; ++row) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) {
      float* total = totals + row * kBlock + from + v * kLanes;
      if (begin != 0) {
        Vector before;
        __builtin_memcpy(&before, total, sizeof(Vector));
        sums[row][v] = before + sums[row][v];
      }
      __builtin_memcpy(total, &sums[row][v], sizeof(Vector));
    }
  }
}

/// The same for all 64 rows of the block, in as many vectors at a time as registers hold beside each other:
/// Registers of them are for sums.
template <typename Vector, int Rows, int Registers>
inline void add_block(const float* block, const float* x, std::int64_t k, std::int64_t begin,
                      std::int64_t end, bool ahead, float* totals) {
  constexpr int kAll = static_cast<int>(kBlock * sizeof(float) / sizeof(Vector));
  constexpr int kFit = Registers / Rows;
  constexpr int kVectors = kFit >= kAll ? kAll : kFit >= kAll / 2 ? kAll / 2 : kAll / 4;
  for (int v = 0; v < kAll; v += kVectors) {
    add_vectors<Vector, Rows, kVectors>(block, x, k, begin, end, ahead,
                                        v * static_cast<std::int64_t>(sizeof(Vector) / sizeof(float)),
                                        totals);
  }
}

/// What is left below kTall rows.
template <typename Vector, int Registers>
inline void add_rest(std::int64_t rows, const float* block, const float* x, std::int64_t k,
                     std::int64_t begin, std::int64_t end, bool ahead, float* totals) {
  switch (rows) {
    case 1:
      return add_block<Vector, 1, Registers>(block, x, k, begin, end, ahead, totals);
    case 2:
      return add_block<Vector, 2, Registers>(block, x, k, begin, end, ahead, totals);
    case 3:
      return add_block<Vector, 3, Registers>(block, x, k, begin, end, ahead, totals);
    case 4:
      return add_block<Vector, 4, Registers>(block, x, k, begin, end, ahead, totals);
    case 5:
      return add_block<Vector, 5, Registers>(block, x, k, begin, end, ahead, totals);
    default:
      return;
  }
}

/// What add_rest() adds for one row of x, against the `width` < 64 weight rows that fill no block.
inline void add_narrow(const float* block, std::int64_t width, const float* x, std::int64_t begin,
                       std::int64_t end, float* totals) {
  alignas(64) float sums[kBlock] = {};
  for (std::int64_t at = begin; at < end; ++at) {
    for (std::int64_t i = 0; i < width; ++i) sums[i] += block[at * width + i] * x[at];
  }
  for (std::int64_t i = 0; i < width; ++i) totals[i] = begin == 0 ? sums[i] : totals[i] + sums[i];
}

/// Rows whose sums are held in registers together.
constexpr std::int64_t kTall = 6;

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
        std::int64_t row = 0;
        for (; columns < kBlock && row < rows; ++row)
          add_narrow(block, columns, x + row * k, begin, end, totals + row * kBlock);
        for (; row + kTall <= rows; row += kTall)
          add_block<Vector, static_cast<int>(kTall), Registers>(block, x + row * k, k, begin, end, ahead,
                                                                totals + row * kBlock);
        add_rest<Vector, Registers>(rows - row, block, x + row * k, k, begin, end, ahead,
                                    totals + row * kBlock);
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
