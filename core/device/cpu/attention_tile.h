#pragma once

#include "core/device/cpu/kv_pages.h"

#include <cstdint>

namespace fovea::cpu {

/// Keys that are summed up by themselves before they are joined with those before: fixed, so that a long row
/// may be divided over threads and still give the bits that it gives in one go.
inline constexpr std::int64_t kRangeKeys = 512;
/// Keys whose scores are held at a time.
inline constexpr std::int64_t kStretchKeys = 128;

/// How the numbers of an AttentionTile are multiplied.
enum class AttentionProducts {
  kWidened,  ///< as fp32
  /// bf16: two neighbours at once, without widening them, and weights are rounded to bf16, as the reference's
  /// are. Only where has_pair_products() and dim is a multiple of 16.
  kPairs,
  /// The same by AMX's tiles; at most 32 rows. Only where amx_products().bf16 and dim is a multiple of 32 up
  /// to kMostTileDim.
  kTiles
};
inline constexpr std::int64_t kMostTileDim = 256;

/// Query rows of one sequence that read the same key head; T is what keys and values are kept in. Row r sees
/// the first visible[r] tokens.
template <typename T>
struct AttentionTile {
  const T* keys;        ///< the head's first page
  const T* values;      ///< the head's first page
  std::int64_t stride;  ///< elements from a page of a head to the same head's next page
  const std::int32_t* pages;
  std::int64_t dim;
  float scale;
  const float* q;               ///< [rows, dim]; used where numbers are widened
  const T* stored_q;            ///< [rows, dim]; used where they are not
  const std::int64_t* visible;  ///< [rows]
  std::int64_t rows;
  AttentionProducts products;
  /// int8 only: the head's scales in its first page, and from there to those in the next.
  const float* key_scales = nullptr;
  const float* value_scales = nullptr;
  std::int64_t scale_stride = 0;
};

/// Whether this processor multiplies pairs of bf16 (AVX512-BF16).
bool has_pair_products();

/// A softmax-weighted sum on the way: Σ e^(score − peak)·value, Σ e^(score − peak), and the highest score.
struct AttentionSums {
  float* values;  ///< [rows, dim]
  float* weight;  ///< [rows]
  float* peak;    ///< [rows]
};

/// sums = those of the tokens of one range that each row sees; a row that sees none gets peak −∞. Scratch:
/// scores [rows, kStretchKeys]. Sums are fp32 and each row's order is the order of its tokens: alone
/// or among any others a row gets the same bits.
template <typename T>
void attend_range(const AttentionTile<T>& tile, std::int64_t range, const AttentionSums& sums, float* scores);

/// sums += later, the sums of a later range. Rows that see nothing there stay as they are.
void join_range(std::int64_t rows, std::int64_t dim, const AttentionSums& sums, const AttentionSums& later);

/// out = a row's result in the element type.
template <typename T>
void finish_row(const float* values, float weight, std::int64_t dim, T* out);

}  // namespace fovea::cpu
