#pragma once

// The products of attention_tile.cpp, for inlining into its functions.

#include "core/device/cpu/attention_amx.h"
#include "core/device/cpu/attention_tile.h"
#include "core/device/cpu/element.h"
#include "core/device/cpu/vector_math.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace fovea::cpu {

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
  using Halves [[gnu::vector_size(32)]] = std::uint16_t;
  Halves halves;
  load(halves, from);
  const Words words = __builtin_convertvector(halves, Words);
  // The exponents' biases differ by 112; infinities and what is no number have all exponent bits in either
  // type.
  Floats magnitude;
  same_bits(magnitude, (words & 0x7FFFU) << 13);
  magnitude *= 0x1p112F;
  Words bits;
  same_bits(bits, magnitude);
  bits |= (words & 0x7C00U) == 0x7C00U ? Words{} + 0x7F800000U : Words{};
  bits |= (words & 0x8000U) << 16;
  same_bits(out[0], bits);
}

FOVEA_ALWAYS_INLINE void load_packs(const std::int8_t* from, Floats (&out)[1]) {
  using Bytes [[gnu::vector_size(16)]] = std::int8_t;
  Bytes bytes;
  load(bytes, from);
  out[0] = __builtin_convertvector(__builtin_convertvector(bytes, Ints), Floats);
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

/// How a tile's products are formed: fp32 of widened numbers …
template <typename T>
struct Widened {
  template <std::int64_t Rows>
  FOVEA_ALWAYS_INLINE static void score(const AttentionTile<T>& tile, const T* keys, const Ahead<T>* ahead,
                                        std::int64_t row, float* scores) {
    score_page<T, Rows>(keys, ahead, tile.q + row * tile.dim, tile.dim, scores);
  }
  FOVEA_ALWAYS_INLINE static void prepare(float*, std::int64_t) {}
  template <std::int64_t Rows, std::int64_t Vectors>
  FOVEA_ALWAYS_INLINE static void add(const T* const* pages, std::int64_t keys, const float* weights,
                                      std::int64_t dim, std::int64_t element, float* values) {
    add_values<T, Rows, Vectors>(pages, keys, weights, dim, element, values);
  }
};

#if defined(__x86_64__)
/// Two neighbouring bf16 numbers in memory, in every lane; sum += a's pair · b's pair, lane by lane. Written
/// as instructions, since their built-in functions are known only where a whole function is compiled for
/// them; only used where has_pair_products().
struct Pair {
  std::uint16_t numbers[2];
};
FOVEA_ALWAYS_INLINE void load_pair(const void* from, Words& out) {
  Words lanes;
  asm("vpbroadcastd %1, %0" : "=v"(lanes) : "m"(*static_cast<const Pair*>(from)));
  out = lanes;
}
FOVEA_ALWAYS_INLINE void add_pair_products(Floats& sum, const Words& a, const Words& b) {
  Floats now = sum;
  asm("vdpbf16ps %2, %1, %0" : "+v"(now) : "v"(a), "v"(b));
  sum = now;
}

/// score_page() by pairs, with q as it is stored.
template <std::int64_t Rows>
FOVEA_ALWAYS_INLINE void score_page_by_pairs(const c10::BFloat16* keys, const Ahead<c10::BFloat16>* ahead,
                                             const c10::BFloat16* q, std::int64_t dim, float* scores) {
  constexpr std::int64_t kVectors = kPageTokens / kLanes;
  Floats sums[Rows][kVectors] = {};
  for (std::int64_t e = 0; e < dim; e += 2) {
    if (ahead != nullptr) {
      for (std::int64_t line = 0; line < 2 * kPageTokens; line += 32) {
        __builtin_prefetch(ahead->keys + e * kPageTokens + line);
        __builtin_prefetch(ahead->values + e * kPageTokens + line);
      }
    }
    Words pairs[kVectors];
    for (std::int64_t v = 0; v < kVectors; ++v) load(pairs[v], keys + e * kPageTokens + v * kLanes * 2);
    for (std::int64_t r = 0; r < Rows; ++r) {
      Words pair;
      load_pair(q + r * dim + e, pair);
      for (std::int64_t v = 0; v < kVectors; ++v) add_pair_products(sums[r][v], pairs[v], pair);
    }
  }
  for (std::int64_t r = 0; r < Rows; ++r) {
    for (std::int64_t v = 0; v < kVectors; ++v) {
      store(sums[r][v], scores + r * kStretchKeys + v * kLanes);
    }
  }
}

/// Puts a row's weights, as bf16, where they stand as fp32.
FOVEA_ALWAYS_INLINE void round_weights(float* weights, std::int64_t count) {
  auto* const out = reinterpret_cast<char*>(weights);
  for (std::int64_t i = 0; i < count; i += kLanes) {
    float wide[kLanes];
    std::uint16_t narrowed[kLanes];
    std::memcpy(wide, out + i * 4, sizeof(wide));
    for (std::int64_t j = 0; j < kLanes; ++j) narrowed[j] = narrow<c10::BFloat16>(wide[j]).x;
    std::memcpy(out + i * 2, narrowed, sizeof(narrowed));
  }
}

/// add_values() by pairs, with rounded weights.
template <std::int64_t Rows, std::int64_t Vectors>
FOVEA_ALWAYS_INLINE void add_values_by_pairs(const c10::BFloat16* const* pages, std::int64_t keys,
                                             const float* weights, std::int64_t dim, std::int64_t element,
                                             float* values) {
  Floats sums[Rows][Vectors];
  for (std::int64_t r = 0; r < Rows; ++r) {
    for (std::int64_t v = 0; v < Vectors; ++v) load(sums[r][v], values + r * dim + element + v * kLanes);
  }
  for (std::int64_t first = 0; first < keys; first += kPageTokens, ++pages) {
    const std::int64_t count = std::min(kPageTokens, keys - first);
    for (std::int64_t t = 0; t < count; t += 2) {
      Words pairs[Vectors];
      for (std::int64_t v = 0; v < Vectors; ++v) {
        load(pairs[v], *pages + t * dim + (element + v * kLanes) * 2);
      }
      for (std::int64_t r = 0; r < Rows; ++r) {
        Words pair;
        load_pair(reinterpret_cast<const char*>(weights + r * kStretchKeys) + (first + t) * 2, pair);
        for (std::int64_t v = 0; v < Vectors; ++v) add_pair_products(sums[r][v], pairs[v], pair);
      }
    }
  }
  for (std::int64_t r = 0; r < Rows; ++r) {
    for (std::int64_t v = 0; v < Vectors; ++v) store(sums[r][v], values + r * dim + element + v * kLanes);
  }
}

/// … or pairs of bf16.
struct Pairs {
  template <std::int64_t Rows>
  FOVEA_ALWAYS_INLINE static void score(const AttentionTile<c10::BFloat16>& tile, const c10::BFloat16* keys,
                                        const Ahead<c10::BFloat16>* ahead, std::int64_t row, float* scores) {
    score_page_by_pairs<Rows>(keys, ahead, tile.stored_q + row * tile.dim, tile.dim, scores);
  }
  FOVEA_ALWAYS_INLINE static void prepare(float* weights, std::int64_t count) {
    round_weights(weights, count);
  }
  template <std::int64_t Rows, std::int64_t Vectors>
  FOVEA_ALWAYS_INLINE static void add(const c10::BFloat16* const* pages, std::int64_t keys,
                                      const float* weights, std::int64_t dim, std::int64_t element,
                                      float* values) {
    add_values_by_pairs<Rows, Vectors>(pages, keys, weights, dim, element, values);
  }
};

/// … or tiles of them, all rows at once.
struct Tiles : Pairs {
  static_assert(AttentionRows::kPage == kPageTokens);

  static const std::uint16_t* bits(const c10::BFloat16* numbers) {
    return reinterpret_cast<const std::uint16_t*>(numbers);
  }
  static AttentionRows rows_of(const AttentionTile<c10::BFloat16>& tile) {
    return {tile.rows, tile.dim, kStretchKeys};
  }

  /// Few rows read more than they multiply: only for them is it worth asking ahead.
  FOVEA_ALWAYS_INLINE static void score_all(const AttentionTile<c10::BFloat16>& tile,
                                            const c10::BFloat16* keys, const Ahead<c10::BFloat16>& ahead,
                                            float* scores) {
    for (std::int64_t at = 0; tile.rows <= 16 && at < kPageTokens * tile.dim; at += 32) {
      __builtin_prefetch(ahead.keys + at);
      __builtin_prefetch(ahead.values + at);
    }
    rows_of(tile).score(bits(tile.stored_q), bits(keys), scores);
  }

  /// `packed`: tokens of the stretch, in whole packs. What a page holds behind them may be no numbers: a
  /// weight of nought does not undo that, so the page is copied without it.
  FOVEA_ALWAYS_INLINE static void add_all(const AttentionTile<c10::BFloat16>& tile,
                                          const c10::BFloat16* const* pages, std::int64_t packed,
                                          const float* weights, float* values) {
    std::uint16_t copied[kPageTokens * kMostTileDim];
    const std::uint16_t* all[kStretchKeys / kPageTokens];
    const std::int64_t count = (packed + kPageTokens - 1) / kPageTokens;
    for (std::int64_t p = 0; p < count; ++p) all[p] = bits(pages[p]);
    if (const std::int64_t rest = packed % kPageTokens; rest != 0) {
      std::memcpy(copied, all[count - 1], static_cast<std::size_t>(rest * tile.dim) * 2);
      std::memset(copied + rest * tile.dim, 0, static_cast<std::size_t>((kPageTokens - rest) * tile.dim) * 2);
      all[count - 1] = copied;
    }
    rows_of(tile).add(all, count, weights, values);
  }
};
#endif

}  // namespace fovea::cpu
