#include "core/device/cpu/fp32_matvec.h"

#include "core/device/cpu/parallel.h"
#include "core/device/cpu/vector_clones.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include <ATen/ops/empty.h>

namespace fovea::cpu {
namespace {

using Floats [[gnu::vector_size(64)]] = float;
constexpr std::int64_t kLanes = 16;
/// Running sums of a dot product: enough that adding keeps up with memory.
constexpr std::int64_t kSums = 2;
/// Rows of x that meet a weight row together.
constexpr std::int64_t kRows = 2;
/// Weight rows that stay in the cache until all rows of x have met them.
constexpr std::int64_t kBlock = 16;
/// Weight that a thread takes at a time.
constexpr std::int64_t kShareBytes = 1 << 18;

/// sums[row] = x's row · w, for Rows rows of k numbers one behind the other.
template <std::int64_t Rows>
FOVEA_ALWAYS_INLINE void dot(const float* x, const float* w, std::int64_t k, float* sums) {
  Floats running[Rows][kSums] = {};
  std::int64_t i = 0;
  for (; i + kLanes * kSums <= k; i += kLanes * kSums) {
    for (std::int64_t s = 0; s < kSums; ++s) {
      Floats weights;
      std::memcpy(&weights, w + i + s * kLanes, sizeof(weights));
      for (std::int64_t row = 0; row < Rows; ++row) {
        Floats values;
        std::memcpy(&values, x + row * k + i + s * kLanes, sizeof(values));
        running[row][s] += weights * values;
      }
    }
  }
  for (std::int64_t row = 0; row < Rows; ++row) {
    for (std::int64_t s = 1; s < kSums; ++s) running[row][0] += running[row][s];
    float total = 0.0F;
    for (std::int64_t lane = 0; lane < kLanes; ++lane) total += running[row][0][lane];
    for (std::int64_t j = i; j < k; ++j) total += w[j] * x[row * k + j];
    sums[row] = total;
  }
}

/// y [rows, n] = x against weight rows first..last.
FOVEA_VECTOR_CLONES void matvec_range(const float* x, std::int64_t rows, const float* w, std::int64_t k,
                                      std::int64_t n, float* y, std::int64_t first, std::int64_t last) {
  for (std::int64_t block = first; block < last; block += kBlock) {
    const std::int64_t end = std::min(last, block + kBlock);
    std::int64_t row = 0;
    for (; row + kRows <= rows; row += kRows) {
      for (std::int64_t at = block; at < end; ++at) {
        float sums[kRows];
        dot<kRows>(x + row * k, w + at * k, k, sums);
        for (std::int64_t i = 0; i < kRows; ++i) y[(row + i) * n + at] = sums[i];
      }
    }
    for (; row < rows; ++row) {
      for (std::int64_t at = block; at < end; ++at) dot<1>(x + row * k, w + at * k, k, y + row * n + at);
    }
  }
}

}  // namespace

at::Tensor fp32_matvec(const at::Tensor& x, const at::Tensor& weight) {
  const std::int64_t rows = x.size(0);
  const std::int64_t n = weight.size(0);
  const std::int64_t k = weight.size(1);
  at::Tensor y = at::empty({rows, n}, x.options());
  const auto* in = x.const_data_ptr<float>();
  const auto* w = weight.const_data_ptr<float>();
  auto* out = y.mutable_data_ptr<float>();
  const auto row_bytes = k * static_cast<std::int64_t>(sizeof(float));
  const std::int64_t share = std::max(kBlock, kShareBytes / row_bytes / kBlock * kBlock);
  const std::int64_t shares = (n + share - 1) / share;
  std::atomic<std::int64_t> next{0};
  for_threads(shares, [&] {
    for (std::int64_t i = next++; i < shares; i = next++)
      matvec_range(in, rows, w, k, n, out, i * share, std::min(n, (i + 1) * share));
  });
  return y;
}

}  // namespace fovea::cpu
