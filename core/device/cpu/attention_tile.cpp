#include "core/device/cpu/attention_tile.h"

#include "core/device/cpu/attention_products.h"
#include "core/device/cpu/element.h"
#include "core/device/cpu/vector_math.h"

#include <algorithm>
#include <limits>
#include <type_traits>

namespace fovea::cpu {
namespace {

constexpr std::int64_t kStretchPages = kStretchKeys / kPageTokens;
/// Whether tokens have a scale each.
template <typename T>
constexpr bool kScaled = std::is_same_v<T, std::int8_t>;
/// Whether all rows are multiplied at once.
template <typename Products>
constexpr bool kByTiles = requires {
  &Products::score_all;
};
constexpr float kNone = -std::numeric_limits<float>::infinity();

/// Turns a row's scores into weights e^(score − peak) and takes in the row's peak and weight so far. Returns
/// what the values so far must be multiplied by. `count` scores are there, `seen` ≥ 1 of them count.
FOVEA_ALWAYS_INLINE float weigh(float* scores, std::int64_t count, std::int64_t seen, float scale,
                                float& peak, float& weight) {
  constexpr Ints kLane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  Floats highest = Floats{} + kNone;
  for (std::int64_t i = 0; i < count; i += kLanes) {
    Floats s;
    load(s, scores + i);
    s *= scale;
    s = kLane < static_cast<std::int32_t>(seen - i) ? s : Floats{} + kNone;
    store(s, scores + i);
    highest = s > highest ? s : highest;
  }
  float top = peak;
  for (std::int64_t i = 0; i < kLanes; ++i) top = std::max(top, highest[i]);
  Floats change = Floats{} + (peak - top);
  exp(change);
  Floats sums = {};
  for (std::int64_t i = 0; i < count; i += kLanes) {
    Floats s;
    load(s, scores + i);
    s -= top;
    exp(s);
    store(s, scores + i);
    sums += s;
  }
  float sum = 0.0F;
  for (std::int64_t i = 0; i < kLanes; ++i) sum += sums[i];
  peak = top;
  weight = weight * change[0] + sum;
  return change[0];
}

/// Calls `work(std::integral_constant rows, first row)` for all rows, four at a time while there are.
template <typename Work>
FOVEA_ALWAYS_INLINE void by_rows(std::int64_t rows, const Work& work) {
  std::int64_t r = 0;
  for (; r + 4 <= rows; r += 4) work(std::integral_constant<std::int64_t, 4>{}, r);
  if (r + 2 <= rows) {
    work(std::integral_constant<std::int64_t, 2>{}, r);
    r += 2;
  }
  if (r < rows) work(std::integral_constant<std::int64_t, 1>{}, r);
}

/// row [kPageTokens] of one page's scores or weights *= its tokens' scales.
FOVEA_ALWAYS_INLINE void scale_page(float* row, const float* scales) {
  for (std::int64_t i = 0; i < kPageTokens; i += kLanes) {
    Floats x;
    Floats scale;
    load(x, row + i);
    load(scale, scales + i);
    x *= scale;
    store(x, row + i);
  }
}

template <typename T, typename Products>
FOVEA_ALWAYS_INLINE void attend(const AttentionTile<T>& tile, std::int64_t range, const AttentionSums& out,
                                float* scores) {
  const std::int64_t dim = tile.dim;
  std::int64_t end = 0;
  for (std::int64_t r = 0; r < tile.rows; ++r) {
    end = std::max(end, tile.visible[r]);
    out.peak[r] = kNone;
    out.weight[r] = 0.0F;
    for (std::int64_t e = 0; e < dim; ++e) out.values[r * dim + e] = 0.0F;
  }
  end = std::min(end, (range + 1) * kRangeKeys);
  for (std::int64_t start = range * kRangeKeys; start < end; start += kStretchKeys) {
    const std::int64_t keys = std::min(kStretchKeys, end - start);
    const std::int64_t count = (keys + kPageTokens - 1) / kPageTokens;
    const T* value_pages[kStretchPages];
    for (std::int64_t p = 0; p < count; ++p) {
      const std::int64_t at = tile.pages[start / kPageTokens + p] * tile.stride;
      value_pages[p] = tile.values + at;
      const bool more = start + (p + 1) * kPageTokens < end;
      const std::int64_t next = more ? tile.pages[start / kPageTokens + p + 1] * tile.stride : at;
      const Ahead<T> ahead{tile.keys + next, tile.values + at};
      if constexpr (kByTiles<Products>) {
        Products::score_all(tile, tile.keys + at, ahead, scores + p * kPageTokens);
      } else {
        by_rows(tile.rows, [&](auto n, std::int64_t r) FOVEA_INLINE_LAMBDA {
          Products::template score<n()>(tile, tile.keys + at, r == 0 ? &ahead : nullptr, r,
                                        scores + r * kStretchKeys + p * kPageTokens);
        });
      }
      if constexpr (kScaled<T>) {
        const float* scales = tile.key_scales + tile.pages[start / kPageTokens + p] * tile.scale_stride;
        for (std::int64_t r = 0; r < tile.rows; ++r) {
          scale_page(scores + r * kStretchKeys + p * kPageTokens, scales);
        }
      }
    }
    for (std::int64_t r = 0; r < tile.rows; ++r) {
      float* row = scores + r * kStretchKeys;
      const std::int64_t seen = std::min(tile.visible[r] - start, keys);
      if (seen <= 0) {
        for (std::int64_t i = 0; i < count * kPageTokens; ++i) row[i] = 0.0F;
        continue;
      }
      const float change = weigh(row, count * kPageTokens, seen, tile.scale, out.peak[r], out.weight[r]);
      if (change != 1.0F) {
        for (std::int64_t e = 0; e < dim; ++e) out.values[r * dim + e] *= change;
      }
    }
    for (std::int64_t p = 0; kScaled<T> && p < count; ++p) {
      const float* scales = tile.value_scales + tile.pages[start / kPageTokens + p] * tile.scale_stride;
      for (std::int64_t r = 0; r < tile.rows; ++r) {
        scale_page(scores + r * kStretchKeys + p * kPageTokens, scales);
      }
    }
    for (std::int64_t r = 0; r < tile.rows; ++r) {
      Products::prepare(scores + r * kStretchKeys, count * kPageTokens);
    }
    const std::int64_t packed = (keys + kPack<T> - 1) / kPack<T> * kPack<T>;
    if constexpr (kByTiles<Products>) {
      Products::add_all(tile, value_pages, packed, scores, out.values);
      continue;
    }
    std::int64_t element = 0;
    for (; element + 4 * kLanes <= dim; element += 4 * kLanes) {
      by_rows(tile.rows, [&](auto n, std::int64_t r) FOVEA_INLINE_LAMBDA {
        Products::template add<n(), 4>(value_pages, packed, scores + r * kStretchKeys, dim, element,
                                       out.values + r * dim);
      });
    }
    for (; element + kLanes <= dim; element += kLanes) {
      by_rows(tile.rows, [&](auto n, std::int64_t r) FOVEA_INLINE_LAMBDA {
        Products::template add<n(), 1>(value_pages, packed, scores + r * kStretchKeys, dim, element,
                                       out.values + r * dim);
      });
    }
    for (std::int64_t r = 0; element < dim && r < tile.rows; ++r) {
      add_odd_values<T>(value_pages, keys, scores + r * kStretchKeys, dim, element, out.values + r * dim);
    }
  }
}

#define FOVEA_ATTENTION(T, suffix)                                                           \
  FOVEA_VECTOR_CLONES void attend_##suffix(const AttentionTile<T>& tile, std::int64_t range, \
                                           const AttentionSums& sums, float* scores) {       \
    attend<T, Widened<T>>(tile, range, sums, scores);                                        \
  }
#define FOVEA_FINISH(T, suffix)                                                                           \
  FOVEA_VECTOR_CLONES void finish_##suffix(const float* values, float weight, std::int64_t dim, T* out) { \
    const float share = 1.0F / weight;                                                                    \
    for (std::int64_t e = 0; e < dim; ++e) out[e] = narrow<T>(values[e] * share);                         \
  }
FOVEA_ATTENTION(float, float)
FOVEA_ATTENTION(c10::BFloat16, bfloat16)
FOVEA_ATTENTION(c10::Half, half)
FOVEA_ATTENTION(std::int8_t, int8)
FOVEA_FINISH(float, float)
FOVEA_FINISH(c10::BFloat16, bfloat16)
FOVEA_FINISH(c10::Half, half)
#undef FOVEA_ATTENTION
#undef FOVEA_FINISH

#if defined(__x86_64__)
__attribute__((target("arch=x86-64-v4"))) void attend_by_pairs(const AttentionTile<c10::BFloat16>& tile,
                                                               std::int64_t range, const AttentionSums& sums,
                                                               float* scores) {
  attend<c10::BFloat16, Pairs>(tile, range, sums, scores);
}
__attribute__((target("arch=x86-64-v4"))) void attend_by_tiles(const AttentionTile<c10::BFloat16>& tile,
                                                               std::int64_t range, const AttentionSums& sums,
                                                               float* scores) {
  Tiles::rows_of(tile).configure();
  attend<c10::BFloat16, Tiles>(tile, range, sums, scores);
  AttentionRows::release();
}
#endif

FOVEA_VECTOR_CLONES void join_rows(std::int64_t rows, std::int64_t dim, const AttentionSums& sums,
                                   const AttentionSums& later) {
  for (std::int64_t r = 0; r < rows; ++r) {
    if (later.weight[r] == 0.0F) continue;
    const float top = std::max(sums.peak[r], later.peak[r]);
    Floats change = {sums.peak[r] - top, later.peak[r] - top};
    exp(change);
    const float before = change[0];
    const float behind = change[1];
    sums.peak[r] = top;
    sums.weight[r] = sums.weight[r] * before + later.weight[r] * behind;
    float* values = sums.values + r * dim;
    const float* more = later.values + r * dim;
    for (std::int64_t e = 0; e < dim; ++e) values[e] = values[e] * before + more[e] * behind;
  }
}

}  // namespace

template <>
void attend_range(const AttentionTile<float>& tile, std::int64_t range, const AttentionSums& sums,
                  float* scores) {
  attend_float(tile, range, sums, scores);
}
template <>
void attend_range(const AttentionTile<c10::BFloat16>& tile, std::int64_t range, const AttentionSums& sums,
                  float* scores) {
#if defined(__x86_64__)
  if (tile.products == AttentionProducts::kTiles) return attend_by_tiles(tile, range, sums, scores);
  if (tile.products == AttentionProducts::kPairs) return attend_by_pairs(tile, range, sums, scores);
#endif
  attend_bfloat16(tile, range, sums, scores);
}
template <>
void attend_range(const AttentionTile<c10::Half>& tile, std::int64_t range, const AttentionSums& sums,
                  float* scores) {
  attend_half(tile, range, sums, scores);
}
template <>
void attend_range(const AttentionTile<std::int8_t>& tile, std::int64_t range, const AttentionSums& sums,
                  float* scores) {
  attend_int8(tile, range, sums, scores);
}

template <>
void finish_row(const float* values, float weight, std::int64_t dim, float* out) {
  finish_float(values, weight, dim, out);
}
template <>
void finish_row(const float* values, float weight, std::int64_t dim, c10::BFloat16* out) {
  finish_bfloat16(values, weight, dim, out);
}
template <>
void finish_row(const float* values, float weight, std::int64_t dim, c10::Half* out) {
  finish_half(values, weight, dim, out);
}

bool has_pair_products() {
#if defined(__x86_64__)
  static const bool yes = __builtin_cpu_supports("avx512bf16") != 0 &&
                          __builtin_cpu_supports("avx512bw") != 0 &&
                          __builtin_cpu_supports("avx512dq") != 0 &&
                          __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512cd") != 0;
  return yes;
#else
  return false;
#endif
}

void join_range(std::int64_t rows, std::int64_t dim, const AttentionSums& sums, const AttentionSums& later) {
  join_rows(rows, dim, sums, later);
}

}  // namespace fovea::cpu
