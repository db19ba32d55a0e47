#include "core/device/cpu/bf16_product.h"

#include "core/device/cpu/bf16_dot.h"
#include "core/device/cpu/parallel.h"

#include <algorithm>
#include <atomic>
#include <type_traits>

#include <ATen/ops/empty.h>

namespace fovea::cpu {
namespace {

using namespace bf16;

/// Measured on two cores: an EPYC with AVX-512 reads one stream a core at 38 GB/s and four at 25, one without
/// it (Zen 3) one at 26 and four at 31. `fovea bench decode --dtype bf16` sets the rate beside the memory's.
bool reads_one_stream_best() {
  static const bool yes = __builtin_cpu_supports("avx512bw") != 0;
  return yes;
}

/// Weight that a thread takes at a time. Not halves of the whole: memory is not equally fast for every core.
constexpr std::int64_t kShareBytes = 1 << 20;

/// Calls store(x's row, weight row, sum) for weight rows first..last against all `count` rows of x. A weight
/// row is read from memory once, then from the cache.
template <typename Walk, typename Store>
FOVEA_ALWAYS_INLINE void dot_range(const float* x, std::int64_t count, const BFloat16* w, std::int64_t k,
                                   std::int64_t first, std::int64_t last, const Store& store) {
  float sums[Walk::kRows];
  std::int64_t at = first;
  for (; at + Walk::kRows <= last; at += Walk::kRows) {
    for (std::int64_t row = 0; row < count; ++row) {
      dot<Walk, Walk::kRows>(x + row * k, w + at * k, k, sums);
      for (std::int64_t i = 0; i < Walk::kRows; ++i) store(row, at + i, sums[i]);
    }
  }
  for (; at < last; ++at) {
    for (std::int64_t row = 0; row < count; ++row) {
      dot<Walk, 1>(x + row * k, w + at * k, k, sums);
      store(row, at, sums[0]);
    }
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
        dot_together<Walk, count()>(x + row * k, w + at * k, k, row == 0, sums);
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

FOVEA_VECTOR_CLONES void lay_rows_apart(const BFloat16* from, std::int64_t k, std::int64_t first,
                                        std::int64_t last, float* to) {
  for (std::int64_t row = first; row < last; ++row) lay_apart(from + row * k, k, to + row * k);
}

/// x [rows, k] in fp32, its columns laid as the FourStreams kernels take them.
at::Tensor laid_apart(const at::Tensor& x) {
  at::Tensor wide = at::empty(x.sizes(), x.options().dtype(at::kFloat));
  const auto* from = x.const_data_ptr<BFloat16>();
  auto* to = wide.mutable_data_ptr<float>();
  const std::int64_t k = x.size(1);
  constexpr std::int64_t kGrain = 1 << 16;  // numbers that are worth waking a thread for
  for_ranges(x.size(0), std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(1, k)),
             [&](std::int64_t first, std::int64_t last) { lay_rows_apart(from, k, first, last, to); });
  return wide;
}

/// work(first, last) for all of 0..n in shares of the weight [n, k], taken by the threads as they come.
template <typename Work>
void for_shares(std::int64_t n, std::int64_t k, const Work& work) {
  const std::int64_t share = std::max<std::int64_t>(FourStreams::kRows, kShareBytes / (2 * k) / 16 * 16);
  const std::int64_t shares = (n + share - 1) / share;
  std::atomic<std::int64_t> next{0};
  for_threads(shares, [&] {
    for (std::int64_t i = next++; i < shares; i = next++) work(i * share, std::min(n, (i + 1) * share));
  });
}

}  // namespace

at::Tensor matvec(const at::Tensor& x, const at::Tensor& weight) {
  const std::int64_t rows = x.size(0);
  const std::int64_t n = weight.size(0);
  const std::int64_t k = weight.size(1);
  at::Tensor y = at::empty({rows, n}, x.options().dtype(at::kFloat));
  const bool one_stream = reads_one_stream_best();
  const at::Tensor wide = one_stream ? x.to(at::kFloat) : laid_apart(x);
  const auto* in = wide.const_data_ptr<float>();
  const auto* w = weight.const_data_ptr<BFloat16>();
  auto* out = y.mutable_data_ptr<float>();
  const auto work = one_stream ? matvec_one_stream : matvec_four_streams;
  for_shares(n, k, [&](std::int64_t first, std::int64_t last) { work(in, rows, w, k, n, out, first, last); });
  return y;
}

}  // namespace fovea::cpu
