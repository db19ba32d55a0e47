#include "core/device/cpu/bf16_product.h"

#include "core/device/cpu/element.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <type_traits>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>

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

/// Weight that is widened at a time, as fp32: large enough for the product's full speed (measured from 2 MB
/// on), small enough to stay in the last cache.
constexpr std::int64_t kBlockBytes = 4 << 20;

template <typename Vector>
FOVEA_ALWAYS_INLINE void load(Vector& vector, const void* from) {
  std::memcpy(&vector, from, sizeof(vector));
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
    float total = 0.0F;
    for (std::int64_t j = i; j < k; ++j) total += widen(w[row * k + j]) * x[j];
    for (std::int64_t s = 1; s < Sums; ++s) running[row][0] += running[row][s];
    for (std::int64_t j = 0; j < kVector; ++j) total += running[row][0][j];
    sums[row] = total;
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

FOVEA_VECTOR_CLONES void widen_all(const BFloat16* in, float* out, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) out[i] = widen(in[i]);
}

FOVEA_VECTOR_CLONES void add_bias_and_narrow(const float* in, const BFloat16* bias, BFloat16* out,
                                             std::int64_t count) {
  if (bias == nullptr) {
    for (std::int64_t i = 0; i < count; ++i) out[i] = narrow<BFloat16>(in[i]);
  } else {
    for (std::int64_t i = 0; i < count; ++i) out[i] = narrow<BFloat16>(in[i] + widen(bias[i]));
  }
}

void many_rows(const at::Tensor& x, const at::Tensor& weight, const BFloat16* bias, BFloat16* y) {
  const std::int64_t rows = x.size(0);
  const std::int64_t n = weight.size(0);
  const std::int64_t k = weight.size(1);
  const std::int64_t columns = std::clamp<std::int64_t>(kBlockBytes / (4 * k) / 16 * 16, 16, n + 15);
  const at::Tensor wide = at::empty({columns, k}, x.options().dtype(at::kFloat));
  const at::Tensor product = at::empty({rows * columns}, wide.options());
  const at::Tensor wide_x = x.to(at::kFloat);
  const auto* w = weight.const_data_ptr<BFloat16>();
  auto* block = wide.mutable_data_ptr<float>();
  for (std::int64_t first = 0; first < n; first += columns) {
    const std::int64_t count = std::min(columns, n - first);
    at::parallel_for(0, count, 16, [&](std::int64_t begin, std::int64_t end) {
      widen_all(w + (first + begin) * k, block + begin * k, (end - begin) * k);
    });
    at::Tensor part = product.narrow(0, 0, rows * count).view({rows, count});
    at::mm_out(part, wide_x, wide.narrow(0, 0, count).t());
    const auto* sums = part.const_data_ptr<float>();
    const BFloat16* part_bias = bias == nullptr ? nullptr : bias + first;
    at::parallel_for(0, rows, 16, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row) {
        add_bias_and_narrow(sums + row * count, part_bias, y + row * n + first, count);
      }
    });
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
  if (rows > kFewRows) {
    many_rows(x, weight, b, out);
    return y;
  }
  const at::Tensor wide = x.to(at::kFloat);
  const auto* in = wide.const_data_ptr<float>();
  const auto* w = weight.const_data_ptr<BFloat16>();
  for_shares(
      n, k, [&](std::int64_t first, std::int64_t last) { few_rows(in, rows, w, b, k, n, out, first, last); });
  return y;
}

}  // namespace fovea::cpu
