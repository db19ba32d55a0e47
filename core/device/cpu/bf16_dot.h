#pragma once

#include "core/device/cpu/element.h"
#include "core/device/cpu/fetch_ahead.h"

#include <cstdint>
#include <cstring>

/// Dot products of bf16 weights with fp32 numbers, in vectors: what bf16_product is made of.
namespace fovea::cpu::bf16 {

using c10::BFloat16;

using Floats [[gnu::vector_size(32)]] = float;
using Words [[gnu::vector_size(32)]] = std::uint32_t;
using Halves [[gnu::vector_size(16)]] = std::uint16_t;
constexpr std::int64_t kVector = 8;

/// How the weight is walked: rows side by side, and vectors of running sums for each. Eight vectors in all
/// leave registers for what is being added.
///
/// kApart: sixteen weights are read as eight words of two, which a shift and a mask take apart into even and
/// odd columns. That costs half of what widening them in place does where it counts (processors without
/// AVX-512 have few units that shift or shuffle), and x has to lie the same way: see lay_apart().
struct OneStream {
  static constexpr std::int64_t kRows = 1;
  static constexpr std::int64_t kSums = 8;
  static constexpr bool kApart = false;
};
struct FourStreams {
  static constexpr std::int64_t kRows = 4;
  static constexpr std::int64_t kSums = 2;
  static constexpr bool kApart = true;
};

template <typename Vector>
FOVEA_ALWAYS_INLINE void load(Vector& vector, const void* from) {
  std::memcpy(&vector, from, sizeof(vector));
}

/// Columns whose even and odd ones are held apart, together.
constexpr std::int64_t kPair = 2 * kVector;

/// The even and the odd columns of sixteen weights.
FOVEA_ALWAYS_INLINE void take_apart(const BFloat16* w, Floats& even, Floats& odd) {
  Words words;
  load(words, w);
  const Words low = words << 16;
  const Words high = words & 0xFFFF0000U;
  load(even, &low);
  load(odd, &high);
}

/// `count` numbers widened, of each whole sixteen first the even and then the odd; what fills none stays as
/// it is.
FOVEA_ALWAYS_INLINE void lay_apart(const BFloat16* from, std::int64_t count, float* to) {
  std::int64_t i = 0;
  for (; i + kPair <= count; i += kPair) {
    Floats even;
    Floats odd;
    take_apart(from + i, even, odd);
    std::memcpy(to + i, &even, sizeof(even));
    std::memcpy(to + i + kVector, &odd, sizeof(odd));
  }
  for (; i < count; ++i) to[i] = widen(from[i]);
}

/// The running sums of a row made one, with the `rest` last numbers that fill no vector.
template <std::int64_t Sums, typename Weight>
FOVEA_ALWAYS_INLINE float total_of(Floats (&running)[Sums], const float* x, const Weight* w,
                                   std::int64_t rest) {
  float total = 0.0F;
  for (std::int64_t j = 0; j < rest; ++j) total += widen(w[j]) * x[j];
  for (std::int64_t s = 1; s < Sums; ++s) running[0] += running[s];
  for (std::int64_t j = 0; j < kVector; ++j) total += running[0][j];
  return total;
}

/// sums[row] = weight row `row` · x for Rows rows of k weights, one behind the other. The order of a row's
/// sum depends on Walk alone.
template <typename Walk, std::int64_t Rows>
FOVEA_ALWAYS_INLINE void dot(const float* x, const BFloat16* w, std::int64_t k, float* sums) {
  constexpr std::int64_t Sums = Walk::kSums;
  Floats running[Rows][Sums] = {};
  std::int64_t i = 0;
  for (; i + kVector * Sums <= k; i += kVector * Sums) {
    if constexpr (Walk::kApart) {
      static_assert(kVector * Sums == kPair);
      Floats values[2];
      load(values, x + i);
      for (std::int64_t row = 0; row < Rows; ++row) {
        Floats even;
        Floats odd;
        take_apart(w + row * k + i, even, odd);
        // The next rows: processors prefetch within a page only, and a row is hardly longer.
        if constexpr (Rows > 1) __builtin_prefetch(w + (row + Rows) * k + i, 0, 2);
        running[row][0] += even * values[0];
        running[row][1] += odd * values[1];
      }
      continue;
    }
    for (std::int64_t s = 0; s < Sums; ++s) {
      Floats values;
      load(values, x + i + s * kVector);
      for (std::int64_t row = 0; row < Rows; ++row) {
        Halves stored;
        load(stored, w + row * k + i + s * kVector);
        const Words bits = __builtin_convertvector(stored, Words) << 16;
        Floats weights;
        load(weights, &bits);
        running[row][s] += weights * values;
      }
    }
  }
  for (std::int64_t row = 0; row < Rows; ++row) {
    sums[row] = total_of<Sums>(running[row], x + i, w + row * k + i, k - i);
  }
}

/// sums[row] = weight row · row of x for Rows rows of x, in the order of dot<FourStreams>. With `ahead`, what
/// follows in the weight is fetched.
template <typename Walk, std::int64_t Rows>
requires(Walk::kApart) FOVEA_ALWAYS_INLINE
    void dot_together(const float* x, const BFloat16* w, std::int64_t k, bool ahead, float* sums) {
  Floats running[Rows][Walk::kSums] = {};
  std::int64_t i = 0;
  for (; i + kPair <= k; i += kPair) {
    if (ahead) __builtin_prefetch(reinterpret_cast<const char*>(w + i) + kAheadBytes);
    Floats even;
    Floats odd;
    take_apart(w + i, even, odd);
    for (std::int64_t row = 0; row < Rows; ++row) {
      Floats values[2];
      load(values, x + row * k + i);
      running[row][0] += even * values[0];
      running[row][1] += odd * values[1];
    }
  }
  for (std::int64_t row = 0; row < Rows; ++row) {
    sums[row] = total_of<Walk::kSums>(running[row], x + row * k + i, w + i, k - i);
  }
}

/// The same in the order of dot<OneStream>: two of its vectors are one here.
template <typename Walk, std::int64_t Rows>
FOVEA_ALWAYS_INLINE void dot_together(const float* x, const BFloat16* w, std::int64_t k, bool ahead,
                                      float* sums) {
  using Wide [[gnu::vector_size(64)]] = float;
  using WideWords [[gnu::vector_size(64)]] = std::uint32_t;
  using WideHalves [[gnu::vector_size(32)]] = std::uint16_t;
  constexpr std::int64_t Sums = Walk::kSums;
  Wide running[Rows][Sums / 2] = {};
  std::int64_t i = 0;
  for (; i + kVector * Sums <= k; i += kVector * Sums) {
    for (std::int64_t line = 0; ahead && line < kVector * Sums; line += 32) {
      __builtin_prefetch(reinterpret_cast<const char*>(w + i + line) + kAheadBytes);
    }
    for (std::int64_t s = 0; s < Sums / 2; ++s) {
      WideHalves stored;
      load(stored, w + i + s * 2 * kVector);
      const WideWords bits = __builtin_convertvector(stored, WideWords) << 16;
      Wide weights;
      load(weights, &bits);
      for (std::int64_t row = 0; row < Rows; ++row) {
        Wide values;
        load(values, x + row * k + i + s * 2 * kVector);
        running[row][s] += weights * values;
      }
    }
  }
  for (std::int64_t row = 0; row < Rows; ++row) {
    float total = 0.0F;
    for (std::int64_t j = i; j < k; ++j) total += widen(w[j]) * x[row * k + j];
    float lanes[Sums][kVector];
    std::memcpy(lanes, running[row], sizeof(lanes));
    for (std::int64_t s = 1; s < Sums; ++s) {
      for (std::int64_t j = 0; j < kVector; ++j) lanes[0][j] += lanes[s][j];
    }
    for (std::int64_t j = 0; j < kVector; ++j) total += lanes[0][j];
    sums[row] = total;
  }
}

}  // namespace fovea::cpu::bf16
