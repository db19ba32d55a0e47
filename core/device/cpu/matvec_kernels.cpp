#include "core/device/cpu/matvec_kernels.h"

#include "core/device/cpu/element.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

namespace fovea::cpu {
namespace {

using c10::BFloat16;

/// Rows that are read side by side: a few streams a core keep more of the memory's bandwidth busy than one.
constexpr std::int64_t kRows = 4;
constexpr std::int64_t kLanes = 32;

template <std::int64_t rows>
FOVEA_ALWAYS_INLINE void dot_rows(const BFloat16* x, const BFloat16* w, std::int64_t k, float* y) {
  float sums[rows][kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= k; i += kLanes) {
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t j = 0; j < kLanes; ++j) sums[r][j] += widen(w[r * k + i + j]) * widen(x[i + j]);
    }
  }
  for (std::int64_t r = 0; r < rows; ++r) {
    float total = 0.0F;
    for (std::int64_t t = i; t < k; ++t) total += widen(w[r * k + t]) * widen(x[t]);
    for (std::int64_t step = kLanes / 2; step > 0; step /= 2) {
      for (std::int64_t j = 0; j < step; ++j) sums[r][j] += sums[r][j + step];
    }
    y[r] = rounded<BFloat16>(total + sums[r][0]);
  }
}

FOVEA_VECTOR_CLONES void matvec_rows(const BFloat16* x, const BFloat16* w, std::int64_t k, float* y,
                                     std::int64_t first, std::int64_t last) {
  std::int64_t row = first;
  for (; row + kRows <= last; row += kRows) dot_rows<kRows>(x, w + row * k, k, y + row);
  for (; row < last; ++row) dot_rows<1>(x, w + row * k, k, y + row);
}

}  // namespace

bool has_matvec(at::ScalarType type) {
  return type == at::kBFloat16;
}

at::Tensor matvec(const at::Tensor& x, const at::Tensor& weight) {
  const std::int64_t n = weight.size(0);
  const std::int64_t k = weight.size(1);
  at::Tensor y = at::empty({n}, x.options().dtype(at::kFloat));
  const auto* in = x.const_data_ptr<BFloat16>();
  const auto* w = weight.const_data_ptr<BFloat16>();
  auto* out = y.mutable_data_ptr<float>();
  at::parallel_for(0, n, 256,
                   [&](std::int64_t first, std::int64_t last) { matvec_rows(in, w, k, out, first, last); });
  return y;
}

}  // namespace fovea::cpu
