#include "core/device/cpu/bf16_product.h"

#include "core/device/cpu/element.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <type_traits>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

namespace fovea::cpu {
namespace {

using c10::BFloat16;

using Floats [[gnu::vector_size(32)]] = float;
using Words [[gnu::vector_size(32)]] = std::uint32_t;
using Halves [[gnu::vector_size(16)]] = std::uint16_t;
constexpr std::int64_t kVector = 8;

/// How the weight is walked: rows side by side, and vectors of running sums for each. Eight vectors in all
/// leave registers for what is being added.
struct OneStream {
  static constexpr std::int64_t kRows = 1;
  static constexpr std::int64_t kSums = 8;
};
struct FourStreams {
  static constexpr std::int64_t kRows = 4;
  static constexpr std::int64_t kSums = 2;
};

/// Measured on two cores: an EPYC with AVX-512 reads one stream a core at 38 GB/s and four at 25, one without
/// it (Zen 3) one at 26 and four at 31.
bool reads_one_stream_best() {
  static const bool yes = __builtin_cpu_supports("avx512bw") != 0;
  return yes;
}

/// Weight that a thread takes at a time. Not halves of the whole: memory is not equally fast for every core.
constexpr std::int64_t kShareBytes = 1 << 20;

/// With many rows: weight rows that are widened at a time, and rows of x that they meet before the next. Both
/// fit the second cache at the widths of real models.
constexpr std::int64_t kWideRows = 16;
constexpr std::int64_t kSlabRows = 24;

template <typename Vector>
FOVEA_ALWAYS_INLINE void load(Vector& vector, const void* from) {
  std::memcpy(&vector, from, sizeof(vector));
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
/// sum depends on Sums alone.
template <std::int64_t Rows, std::int64_t Sums>
FOVEA_ALWAYS_INLINE void dot(const float* x, const BFloat16* w, std::int64_t k, float* sums) {
  Floats running[Rows][Sums] = {};
  std::int64_t i = 0;
  for (; i + kVector * Sums <= k; i += kVector * Sums) {
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

/// sums[row][column] = x's row · weight row, for XRows and WRows of them, k numbers apart; in the order of
/// dot<..., Sums>.
template <std::int64_t XRows, std::int64_t WRows, std::int64_t Sums>
FOVEA_ALWAYS_INLINE void dot_tile(const float* x, const float* w, std::int64_t k,
                                  float (&sums)[XRows][WRows]) {
  Floats running[XRows][WRows][Sums] = {};
  std::int64_t i = 0;
  for (; i + kVector * Sums <= k; i += kVector * Sums) {
    for (std::int64_t s = 0; s < Sums; ++s) {
      Floats weights[WRows];
      for (std::int64_t column = 0; column < WRows; ++column) {
        load(weights[column], w + column * k + i + s * kVector);
      }
      for (std::int64_t row = 0; row < XRows; ++row) {
        Floats values;
        load(values, x + row * k + i + s * kVector);
        for (std::int64_t column = 0; column < WRows; ++column) {
          running[row][column][s] += weights[column] * values;
        }
      }
    }
  }
  for (std::int64_t row = 0; row < XRows; ++row) {
    for (std::int64_t column = 0; column < WRows; ++column) {
      sums[row][column] = total_of<Sums>(running[row][column], x + row * k + i, w + column * k + i, k - i);
    }
  }
}

/// Calls store(x's row, weight row, sum) for weight rows first..last against all `count` rows of x. A weight
/// row is read from memory once, then from the cache.
template <typename Walk, typename Store>
FOVEA_ALWAYS_INLINE void dot_range(const float* x, std::int64_t count, const BFloat16* w, std::int64_t k,
                                   std::int64_t first, std::int64_t last, const Store& store) {
  float sums[Walk::kRows];
  std::int64_t at = first;
  for (; at + Walk::kRows <= last; at += Walk::kRows) {
    for (std::int64_t row = 0; row < count; ++row) {
      dot<Walk::kRows, Walk::kSums>(x + row * k, w + at * k, k, sums);
      for (std::int64_t i = 0; i < Walk::kRows; ++i) store(row, at + i, sums[i]);
    }
  }
  for (; at < last; ++at) {
    for (std::int64_t row = 0; row < count; ++row) {
      dot<1, Walk::kSums>(x + row * k, w + at * k, k, sums);
      store(row, at, sums[0]);
    }
  }
}

/// Weight that is fetched ahead of its use: processors prefetch within a page only.
constexpr std::int64_t kAheadBytes = 8192;

/// sums[row] = weight row · row of x for Rows rows of x, in the order of dot<..., Sums>: two of its vectors
/// are one here. With `ahead`, what follows in the weight is fetched.
template <std::int64_t Rows, std::int64_t Sums>
FOVEA_ALWAYS_INLINE void dot_together(const float* x, const BFloat16* w, std::int64_t k, bool ahead,
                                      float* sums) {
  using Wide [[gnu::vector_size(64)]] = float;
  using WideWords [[gnu::vector_size(64)]] = std::uint32_t;
  using WideHalves [[gnu::vector_size(32)]] = std::uint16_t;
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

/// y [rows, n] = x [rows, k] against weight rows first..last, rounded to bf16. A weight row is read from
/// memory once.
template <typename Walk>
FOVEA_ALWAYS_INLINE void matvec_range(const float* x, std::int64_t rows, const BFloat16* w, std::int64_t k,
                                      std::int64_t n, float* y, std::int64_t first, std::int64_t last) {
  const auto store = [&](std::int64_t row, std::int64_t at, float sum) {
    y[row * n + at] = rounded<BFloat16>(sum);
  };
  if (rows == 1 && Walk::kRows > 1) {
    dot_range<Walk>(x, rows, w, k, first, last, store);
    return;
  }
  // Four rows of x fit the first cache, sixteen of the weight the second.
  constexpr std::int64_t kBlock = 16;
  for (std::int64_t block = first; block < last; block += kBlock) {
    const std::int64_t end = std::min(last, block + kBlock);
    std::int64_t row = 0;
    const auto together = [&](auto count) FOVEA_INLINE_LAMBDA {
      float sums[count()];
      for (std::int64_t at = block; at < end; ++at) {
        dot_together<count(), Walk::kSums>(x + row * k, w + at * k, k, row == 0, sums);
        for (std::int64_t i = 0; i < count(); ++i) store(row + i, at, sums[i]);
      }
      row += count();
    };
    while (row + 4 <= rows) together(std::integral_constant<std::int64_t, 4>{});
    if (row + 2 <= rows) together(std::integral_constant<std::int64_t, 2>{});
    if (row < rows) together(std::integral_constant<std::int64_t, 1>{});
  }
}
FOVEA_VECTOR_CLONES void matvec_one_stream(const float* x, std::int64_t rows, const BFloat16* w,
                                           std::int64_t k, std::int64_t n, float* y, std::int64_t first,
                                           std::int64_t last) {
  matvec_range<OneStream>(x, rows, w, k, n, y, first, last);
}
FOVEA_VECTOR_CLONES void matvec_four_streams(const float* x, std::int64_t rows, const BFloat16* w,
                                             std::int64_t k, std::int64_t n, float* y, std::int64_t first,
                                             std::int64_t last) {
  matvec_range<FourStreams>(x, rows, w, k, n, y, first, last);
}

/// y [rows, n] = x [rows, k] against weight rows first..last; `bias` may be null.
FOVEA_VECTOR_CLONES void few_rows(const float* x, std::int64_t rows, const BFloat16* w, const BFloat16* bias,
                                  std::int64_t k, std::int64_t n, BFloat16* y, std::int64_t first,
                                  std::int64_t last) {
  dot_range<FourStreams>(x, rows, w, k, first, last, [&](std::int64_t row, std::int64_t at, float sum) {
    y[row * n + at] = narrow<BFloat16>(bias == nullptr ? sum : sum + widen(bias[at]));
  });
}

/// Rows first..last of x against `count` widened weight rows, which give columns `column` and on of y.
template <std::int64_t XRows, std::int64_t WRows>
FOVEA_ALWAYS_INLINE void tile_rows(const float* x, std::int64_t first, std::int64_t last, const float* wide,
                                   const BFloat16* bias, std::int64_t k, std::int64_t n, BFloat16* y,
                                   std::int64_t column) {
  float sums[XRows][WRows];
  for (std::int64_t row = first; row + XRows <= last; row += XRows) {
    dot_tile<XRows, WRows, FourStreams::kSums>(x + row * k, wide, k, sums);
    for (std::int64_t r = 0; r < XRows; ++r) {
      for (std::int64_t c = 0; c < WRows; ++c) {
        const float sum = bias == nullptr ? sums[r][c] : sums[r][c] + widen(bias[column + c]);
        y[(row + r) * n + column + c] = narrow<BFloat16>(sum);
      }
    }
  }
}

/// As few_rows(), with products for which numbers are loaded once for three rows or two: `wide` has room for
/// kWideRows weight rows of fp32.
FOVEA_VECTOR_CLONES void many_rows(const float* x, std::int64_t rows, const BFloat16* w, const BFloat16* bias,
                                   std::int64_t k, std::int64_t n, BFloat16* y, std::int64_t first,
                                   std::int64_t last, float* wide) {
  for (std::int64_t block = first; block < last; block += kWideRows) {
    const std::int64_t count = std::min(kWideRows, last - block);
    for (std::int64_t i = 0; i < count * k; ++i) wide[i] = widen(w[block * k + i]);
    for (std::int64_t slab = 0; slab < rows; slab += kSlabRows) {
      const std::int64_t end = std::min(rows, slab + kSlabRows);
      const std::int64_t by_three = slab + (end - slab) / 3 * 3;
      std::int64_t c = 0;
      for (; c + 2 <= count; c += 2) {
        tile_rows<3, 2>(x, slab, by_three, wide + c * k, bias, k, n, y, block + c);
        tile_rows<1, 2>(x, by_three, end, wide + c * k, bias, k, n, y, block + c);
      }
      if (c < count) tile_rows<1, 1>(x, slab, end, wide + c * k, bias, k, n, y, block + c);
    }
  }
}

/// work(first, last) for all of 0..n in shares of the weight [n, k], taken by the threads as they come.
template <typename Work>
void for_shares(std::int64_t n, std::int64_t k, const Work& work) {
  const std::int64_t share = std::max<std::int64_t>(FourStreams::kRows, kShareBytes / (2 * k) / 16 * 16);
  const std::int64_t shares = (n + share - 1) / share;
  std::atomic<std::int64_t> next{0};
  at::parallel_for(0, std::min<std::int64_t>(shares, at::get_num_threads()), 1,
                   [&](std::int64_t, std::int64_t) {
                     for (std::int64_t i = next++; i < shares; i = next++)
                       work(i * share, std::min(n, (i + 1) * share));
                   });
}

}  // namespace

at::Tensor matvec(const at::Tensor& x, const at::Tensor& weight) {
  const std::int64_t rows = x.size(0);
  const std::int64_t n = weight.size(0);
  const std::int64_t k = weight.size(1);
  at::Tensor y = at::empty({rows, n}, x.options().dtype(at::kFloat));
  const at::Tensor wide = x.to(at::kFloat);
  const auto* in = wide.const_data_ptr<float>();
  const auto* w = weight.const_data_ptr<BFloat16>();
  auto* out = y.mutable_data_ptr<float>();
  const auto work = reads_one_stream_best() ? matvec_one_stream : matvec_four_streams;
  for_shares(n, k, [&](std::int64_t first, std::int64_t last) { work(in, rows, w, k, n, out, first, last); });
  return y;
}

at::Tensor bf16_linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  const std::int64_t rows = x.size(0);
  const std::int64_t n = weight.size(0);
  const std::int64_t k = weight.size(1);
  at::Tensor y = at::empty({rows, n}, x.options());
  const auto* b = bias.defined() ? bias.const_data_ptr<BFloat16>() : nullptr;
  auto* out = y.mutable_data_ptr<BFloat16>();
  const at::Tensor wide = x.to(at::kFloat);
  const auto* in = wide.const_data_ptr<float>();
  const auto* w = weight.const_data_ptr<BFloat16>();
  if (rows > kFewRows) {
    for_shares(n, k, [&](std::int64_t first, std::int64_t last) {
      const at::Tensor block = at::empty({kWideRows, k}, wide.options());
      many_rows(in, rows, w, b, k, n, out, first, last, block.mutable_data_ptr<float>());
    });
    return y;
  }
  for_shares(
      n, k, [&](std::int64_t first, std::int64_t last) { few_rows(in, rows, w, b, k, n, out, first, last); });
  return y;
}

}  // namespace fovea::cpu
