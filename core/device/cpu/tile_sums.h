#pragma once

#include "core/device/cpu/fetch_ahead.h"

/// Sums of products in fp32, for blocks of 64 weight rows whose columns lie one behind the other: what
/// fp32_tiles_*.cpp and widening_tiles_*.cpp are made of. They are compiled for particular instructions, so
/// everything here has internal linkage and calls nothing of the standard library: a copy that the linker
/// shared would end on processors without those instructions.
namespace fovea::cpu::tile {
namespace {

constexpr std::int64_t kBlock = 64;
/// Columns whose products are added up before their sum is added to the result.
constexpr std::int64_t kChunk = 256;
/// Rows of x whose sums are held in registers together.
constexpr std::int64_t kTall = 6;

template <typename Vector>
constexpr std::int64_t kLanes = sizeof(Vector) / sizeof(float);

/// Weights of fp32 as the sums read them, [column][64].
struct Floats {
  using Number = float;
  static constexpr int kColumns = 1;  ///< that are read together
  /// Rows of x up to which a weight is fetched ahead; with more, multiplying takes longer than reading.
  static constexpr int kFewRows = 2;
  template <typename Vector, int Vectors>
  static inline __attribute__((always_inline)) void load(const float* from,
                                                         Vector (&columns)[kColumns][Vectors]) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v)
      __builtin_memcpy(&columns[0][v], from + v * kLanes<Vector>, sizeof(Vector));
  }
};

/// Chunk of a sum: columns 0..count of `block`, which starts at the chunk, and of x, likewise, whose rows are
/// `stride` apart. Not the first, it is added to the totals that are there. With `ahead`, what follows in the
/// weight is fetched.
template <typename Weights>
struct Chunk {
  const typename Weights::Number* block = nullptr;
  const float* x = nullptr;
  std::int64_t stride = 0;
  std::int64_t count = 0;
  bool first = true;
  bool ahead = false;
};

/// totals[row][64] of Rows rows in Vectors vectors, from weight row `from` of the block on.
template <typename Vector, typename Weights, int Rows, int Vectors>
inline __attribute__((always_inline)) void add_vectors(const Chunk<Weights>& chunk, std::int64_t from,
                                                       float* totals) {
  constexpr int kColumns = Weights::kColumns;
  Vector sums[Rows][Vectors];
#pragma GCC unroll 8
  for (int row = 0; row < Rows; ++row) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) sums[row][v] = Vector{};
  }
  for (std::int64_t at = 0; at < chunk.count; at += kColumns) {
    const typename Weights::Number* const weights = chunk.block + at * kBlock + from * kColumns;
    if (Rows <= Weights::kFewRows && chunk.ahead) {
      const auto* next = reinterpret_cast<const char*>(weights) + kAheadBytes;
      constexpr std::size_t kBytes = Vectors * kLanes<Vector> * kColumns * sizeof(typename Weights::Number);
#pragma GCC unroll 4
      for (std::size_t line = 0; line < kBytes; line += 64) __builtin_prefetch(next + line);
    }
    Vector columns[kColumns][Vectors];
    Weights::load(weights, columns);
#pragma GCC unroll 2
    for (int column = 0; column < kColumns; ++column) {
#pragma GCC unroll 8
      for (int row = 0; row < Rows; ++row) {
        const float value = chunk.x[row * chunk.stride + at + column];
#pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v) sums[row][v] += columns[column][v] * value;
      }
    }
  }
#pragma GCC unroll 8
  for (int row = 0; row < Rows; ++row) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) {
      float* total = totals + row * kBlock + from + v * kLanes<Vector>;
      if (!chunk.first) {
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
template <typename Vector, typename Weights, int Rows, int Registers>
inline void add_block(const Chunk<Weights>& chunk, float* totals) {
  constexpr int kAll = static_cast<int>(kBlock / kLanes<Vector>);
  constexpr int kFit = Registers / Rows;
  constexpr int kVectors = kFit >= kAll ? kAll : kFit >= kAll / 2 ? kAll / 2 : kAll / 4;
  for (int v = 0; v < kAll; v += kVectors) {
    add_vectors<Vector, Weights, Rows, kVectors>(chunk, v * kLanes<Vector>, totals);
  }
}

/// What is left below kTall rows.
template <typename Vector, typename Weights, int Registers>
inline void add_rest(std::int64_t rows, const Chunk<Weights>& chunk, float* totals) {
  switch (rows) {
    case 1:
      return add_block<Vector, Weights, 1, Registers>(chunk, totals);
    case 2:
      return add_block<Vector, Weights, 2, Registers>(chunk, totals);
    case 3:
      return add_block<Vector, Weights, 3, Registers>(chunk, totals);
    case 4:
      return add_block<Vector, Weights, 4, Registers>(chunk, totals);
    case 5:
      return add_block<Vector, Weights, 5, Registers>(chunk, totals);
    default:
      return;
  }
}

/// totals[row][64] of `rows` rows; each row's sum is in the same order among any others.
template <typename Vector, typename Weights, int Registers>
inline void add_rows(std::int64_t rows, Chunk<Weights> chunk, float* totals) {
  std::int64_t row = 0;
  for (; row + kTall <= rows; row += kTall) {
    add_block<Vector, Weights, static_cast<int>(kTall), Registers>(chunk, totals + row * kBlock);
    chunk.x += kTall * chunk.stride;
  }
  add_rest<Vector, Weights, Registers>(rows - row, chunk, totals + row * kBlock);
}

}  // namespace
}  // namespace fovea::cpu::tile
