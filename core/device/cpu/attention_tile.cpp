#include "core/device/cpu/attention_tile.h"

#include "core/device/cpu/element.h"
#include "core/device/cpu/vector_math.h"

#include <algorithm>
#include <limits>

namespace fovea::cpu {
namespace {

constexpr std::int64_t kStretchPages = kStretchKeys / kPageTokens;
constexpr float kNone = -std::numeric_limits<float>::infinity();

/// Sixteen packs as floats, one vector for each element of a pack.
FOVEA_ALWAYS_INLINE void load_packs(const float* from, Floats (&out)[1]) {
  load(out[0], from);
}
FOVEA_ALWAYS_INLINE void load_packs(const c10::BFloat16* from, Floats (&out)[2]) {
  Words both;
  load(both, from);
  same_bits(out[0], both << 16);
  same_bits(out[1], both & 0xFFFF0000U);
}
FOVEA_ALWAYS_INLINE void load_packs(const c10::Half* from, Floats (&out)[1]) {
  using Halves [[gnu::vector_size(32)]] = _Float16;
  Halves halves;
  load(halves, from);
  out[0] = __builtin_convertvector(halves, Floats);
}

template <typename T>
constexpr std::int64_t kPack = page_pack(c10::CppTypeToScalarType<T>::value);

/// What is read after a page of keys: processors prefetch within 4 KB only, and the next page is elsewhere.
template <typename T>
struct Ahead {
  const T* keys;
  const T* values;
};

/// scores [Rows, kPageTokens of a row of kStretchKeys] = q · keys of one page. Even and odd elements are
/// summed apart, each in order. `ahead` may be null.
template <typename T, std::int64_t Rows>
FOVEA_ALWAYS_INLINE void score_page(const T* keys, const Ahead<T>* ahead, const float* q, std::int64_t dim,
                                    float* scores) {
  constexpr auto kLine = static_cast<std::int64_t>(64 / sizeof(T));
  constexpr std::int64_t kVectors = kPageTokens / kLanes;
  Floats sums[Rows][kVectors][2] = {};
  for (std::int64_t e = 0; e < dim; e += 2) {
    if (ahead != nullptr) {
      for (std::int64_t line = 0; line < 2 * kPageTokens; line += kLine) {
        __builtin_prefetch(ahead->keys + e * kPageTokens + line);
        __builtin_prefetch(ahead->values + e * kPageTokens + line);
      }
    }
    for (std::int64_t v = 0; v < kVectors; ++v) {
      Floats pair[2];
      if constexpr (kPack<T> == 2) {
        load_packs(keys + e * kPageTokens + v * kLanes * 2, pair);
      } else {
        Floats one[1];
        load_packs(keys + e * kPageTokens + v * kLanes, one);
        pair[0] = one[0];
        load_packs(keys + (e + 1) * kPageTokens + v * kLanes, one);
        pair[1] = one[0];
      }
      for (std::int64_t r = 0; r < Rows; ++r) {
        sums[r][v][0] += pair[0] * q[r * dim + e];
        sums[r][v][1] += pair[1] * q[r * dim + e + 1];
      }
    }
  }
  for (std::int64_t r = 0; r < Rows; ++r) {
    for (std::int64_t v = 0; v < kVectors; ++v) {
      const Floats sum = sums[r][v][0] + sums[r][v][1];
      store(sum, scores + r * kStretchKeys + v * kLanes);
    }
  }
}

/// values [Rows, Vectors·16 of dim] += weights · values of `keys` tokens, which lie in page after page.
template <typename T, std::int64_t Rows, std::int64_t Vectors>
FOVEA_ALWAYS_INLINE void add_values(const T* const* pages, std::int64_t keys, const float* weights,
                                    std::int64_t dim, std::int64_t element, float* values) {
  Floats sums[Rows][Vectors];
  for (std::int64_t r = 0; r < Rows; ++r) {
    for (std::int64_t v = 0; v < Vectors; ++v) load(sums[r][v], values + r * dim + element + v * kLanes);
  }
  for (std::int64_t first = 0; first < keys; first += kPageTokens, ++pages) {
    const std::int64_t count = std::min(kPageTokens, keys - first);
    for (std::int64_t t = 0; t < count; t += kPack<T>) {
      const T* line = *pages + t * dim + element * kPack<T>;
      for (std::int64_t v = 0; v < Vectors; ++v) {
        Floats packs[kPack<T>];
        load_packs(line + v * kLanes * kPack<T>, packs);
        for (std::int64_t i = 0; i < kPack<T>; ++i) {
          for (std::int64_t r = 0; r < Rows; ++r) {
            sums[r][v] += packs[i] * weights[r * kStretchKeys + first + t + i];
          }
        }
      }
    }
  }
  for (std::int64_t r = 0; r < Rows; ++r) {
    for (std::int64_t v = 0; v < Vectors; ++v) store(sums[r][v], values + r * dim + element + v * kLanes);
  }
}

/// The same for the elements that fill no vector.
template <typename T>
FOVEA_ALWAYS_INLINE void add_odd_values(const T* const* pages, std::int64_t keys, const float* weights,
                                        std::int64_t dim, std::int64_t element, float* values) {
  for (std::int64_t t = 0; t < keys; ++t) {
    const T* line = pages[t / kPageTokens] + t % kPageTokens / kPack<T> * kPack<T> * dim + t % kPack<T>;
    for (std::int64_t e = element; e < dim; ++e) values[e] += widen(line[e * kPack<T>]) * weights[t];
  }
}

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

template <typename T>
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
      by_rows(tile.rows, [&](auto n, std::int64_t r) FOVEA_INLINE_LAMBDA {
        score_page<T, n()>(tile.keys + at, r == 0 ? &ahead : nullptr, tile.q + r * dim, dim,
                           scores + r * kStretchKeys + p * kPageTokens);
      });
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
    const std::int64_t packed = (keys + kPack<T> - 1) / kPack<T> * kPack<T>;
    std::int64_t element = 0;
    for (; element + 4 * kLanes <= dim; element += 4 * kLanes) {
      by_rows(tile.rows, [&](auto n, std::int64_t r) FOVEA_INLINE_LAMBDA {
        add_values<T, n(), 4>(value_pages, packed, scores + r * kStretchKeys, dim, element,
                              out.values + r * dim);
      });
    }
    for (; element + kLanes <= dim; element += kLanes) {
      by_rows(tile.rows, [&](auto n, std::int64_t r) FOVEA_INLINE_LAMBDA {
        add_values<T, n(), 1>(value_pages, packed, scores + r * kStretchKeys, dim, element,
                              out.values + r * dim);
      });
    }
    for (std::int64_t r = 0; element < dim && r < tile.rows; ++r) {
      add_odd_values<T>(value_pages, keys, scores + r * kStretchKeys, dim, element, out.values + r * dim);
    }
  }
}

#define FOVEA_ATTENTION(T, suffix)                                                                        \
  FOVEA_VECTOR_CLONES void attend_##suffix(const AttentionTile<T>& tile, std::int64_t range,              \
                                           const AttentionSums& sums, float* scores) {                    \
    attend<T>(tile, range, sums, scores);                                                                 \
  }                                                                                                       \
  FOVEA_VECTOR_CLONES void finish_##suffix(const float* values, float weight, std::int64_t dim, T* out) { \
    const float share = 1.0F / weight;                                                                    \
    for (std::int64_t e = 0; e < dim; ++e) out[e] = narrow<T>(values[e] * share);                         \
  }
FOVEA_ATTENTION(float, float)
FOVEA_ATTENTION(c10::BFloat16, bfloat16)
FOVEA_ATTENTION(c10::Half, half)
#undef FOVEA_ATTENTION

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
  attend_bfloat16(tile, range, sums, scores);
}
template <>
void attend_range(const AttentionTile<c10::Half>& tile, std::int64_t range, const AttentionSums& sums,
                  float* scores) {
  attend_half(tile, range, sums, scores);
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

void join_range(std::int64_t rows, std::int64_t dim, const AttentionSums& sums, const AttentionSums& later) {
  join_rows(rows, dim, sums, later);
}

}  // namespace fovea::cpu
