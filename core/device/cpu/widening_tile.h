#pragma once

#include "core/device/cpu/tile_sums.h"
#include "core/device/cpu/widening_tiles.h"

/// What widening_tiles_*.cpp are made of. Internal linkage and no standard library, as tile_sums.h says.
namespace fovea::cpu::widening {
namespace {

using tile::kBlock;
using tile::kChunk;
static_assert(kBlock == WideningWeight::kBlock && kChunk % 2 == 0);

/// Rows that meet a chunk of a block before the next one: widening it takes a hundredth of what they do.
constexpr std::int64_t kSlab = 192;

/// Rows from which on a chunk is widened once for all of them instead of in registers for each few.
constexpr std::int64_t kManyRows = 13;

/// Words as wide together as a vector of floats of so many bytes.
template <int Bytes>
struct Bits;
template <>
struct Bits<16> {
  using Words [[gnu::vector_size(16)]] = std::uint32_t;
};
template <>
struct Bits<32> {
  using Words [[gnu::vector_size(32)]] = std::uint32_t;
};
template <>
struct Bits<64> {
  using Words [[gnu::vector_size(64)]] = std::uint32_t;
};

/// The even and the odd columns of as many weight rows as Vector has lanes.
template <typename Vector>
inline __attribute__((always_inline)) void take_apart(const std::uint16_t* from, Vector& even, Vector& odd) {
  using Words = typename Bits<sizeof(Vector)>::Words;
  Words words;
  __builtin_memcpy(&words, from, sizeof(words));
  even = reinterpret_cast<Vector>(words << 16);
  odd = reinterpret_cast<Vector>(words & 0xFFFF0000U);
}

/// Weights of bf16 as the sums read them, [pair of columns][64][2].
struct Pairs {
  using Number = std::uint16_t;
  static constexpr int kColumns = 2;
  static constexpr int kFewRows = tile::kTall;
  template <typename Vector, int Vectors>
  static inline __attribute__((always_inline)) void load(const std::uint16_t* from,
                                                         Vector (&columns)[kColumns][Vectors]) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v)
      take_apart(from + 2 * v * tile::kLanes<Vector>, columns[0][v], columns[1][v]);
  }
};

/// `count` columns of a block, [pair][64][2], as fp32, [column][64].
template <typename Vector>
inline void widen(const std::uint16_t* from, std::int64_t count, float* to) {
  for (std::int64_t at = 0; at < count; at += 2) {
    for (std::int64_t row = 0; row < kBlock; row += tile::kLanes<Vector>) {
      Vector even;
      Vector odd;
      take_apart(from + at * kBlock + 2 * row, even, odd);
      __builtin_memcpy(to + at * kBlock + row, &even, sizeof(even));
      __builtin_memcpy(to + (at + 1) * kBlock + row, &odd, sizeof(odd));
    }
  }
}

inline float as_float(std::uint16_t number) {
  const std::uint32_t bits = static_cast<std::uint32_t>(number) << 16;
  float value = 0.0F;
  __builtin_memcpy(&value, &bits, sizeof(value));
  return value;
}

/// To nearest, ties to even; NaN stays NaN.
inline std::uint16_t rounded(float value) {
  std::uint32_t bits = 0;
  __builtin_memcpy(&bits, &value, sizeof(bits));
  const bool nan = (bits & 0x7FFFFFFFU) > 0x7F800000U;
  return static_cast<std::uint16_t>(nan ? 0x7FC0U : (bits + 0x7FFFU + ((bits >> 16) & 1U)) >> 16);
}

/// The sums of a row, with the bias, as `columns` numbers of y.
inline void finish(const float* totals, const std::uint16_t* bias, std::int64_t columns, std::uint16_t* y) {
  for (std::int64_t i = 0; i < columns; ++i) {
    y[i] = rounded(bias == nullptr ? totals[i] : totals[i] + as_float(bias[i]));
  }
}

/// Registers of Vector are for sums where the weight is read from memory widened, InRegisters where it is
/// widened beside them.
template <typename Vector, int Registers, int InRegisters>
inline void compute(const WideningWeight& weight, const WideningShare& share) {
  alignas(64) float totals[kSlab * kBlock];
  alignas(64) float wide[kChunk * kBlock];
  const std::int64_t k = 2 * weight.pairs();
  const bool ahead = 2 * weight.n * k > kCachedBytes;
  for (std::int64_t index = share.first; index < share.last; ++index) {
    const std::uint16_t* block = weight.values + index * kBlock * k;
    const std::int64_t columns = weight.n - index * kBlock < kBlock ? weight.n - index * kBlock : kBlock;
    for (std::int64_t slab = 0; slab < share.rows; slab += kSlab) {
      const std::int64_t rows = share.rows - slab < kSlab ? share.rows - slab : kSlab;
      for (std::int64_t begin = 0; begin < k; begin += kChunk) {
        const std::int64_t count = begin + kChunk < k ? kChunk : k - begin;
        const std::uint16_t* part = block + begin * kBlock;
        const float* x = share.x + slab * k + begin;
        if (rows < kManyRows) {
          tile::add_rows<Vector, Pairs, InRegisters>(rows, {part, x, k, count, begin == 0, ahead}, totals);
        } else {
          widen<Vector>(part, count, wide);
          tile::add_rows<Vector, tile::Floats, Registers>(rows, {wide, x, k, count, begin == 0, false},
                                                          totals);
        }
      }
      for (std::int64_t row = 0; row < rows; ++row) {
        finish(totals + row * kBlock, share.bias == nullptr ? nullptr : share.bias + index * kBlock, columns,
               share.y + (slab + row) * weight.n + index * kBlock);
      }
    }
  }
}

}  // namespace
}  // namespace fovea::cpu::widening
