#include "core/device/cpu/matvec_kernels.h"

#include "core/device/cpu/element.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>

namespace fovea::cpu {
namespace {

using c10::BFloat16;

/// Running sums a row. One row at a time: measured, two cores read one stream each at 38 GB/s and four each
/// at 25 (EPYC with AVX-512).
constexpr std::int64_t kLanes = 64;

FOVEA_ALWAYS_INLINE float dot(const float* x, const BFloat16* w, std::int64_t k) {
  float sums[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= k; i += kLanes) {
    for (std::int64_t j = 0; j < kLanes; ++j) sums[j] += widen(w[i + j]) * x[i + j];
  }
  float total = 0.0F;
  for (; i < k; ++i) total += widen(w[i]) * x[i];
  for (std::int64_t step = kLanes / 2; step > 0; step /= 2) {
    for (std::int64_t j = 0; j < step; ++j) sums[j] += sums[j + step];
  }
  return total + sums[0];
}

FOVEA_VECTOR_CLONES void matvec_rows(const float* x, const BFloat16* w, std::int64_t k, float* y,
                                     std::int64_t first, std::int64_t last) {
  for (std::int64_t row = first; row < last; ++row) y[row] = rounded<BFloat16>(dot(x, w + row * k, k));
}

}  // namespace

bool has_matvec(at::ScalarType type) {
  return type == at::kBFloat16;
}

at::Tensor matvec(const at::Tensor& x, const at::Tensor& weight) {
  const std::int64_t n = weight.size(0);
  const std::int64_t k = weight.size(1);
  at::Tensor y = at::empty({n}, x.options().dtype(at::kFloat));
  const at::Tensor wide = x.to(at::kFloat);
  const auto* in = wide.const_data_ptr<float>();
  const auto* w = weight.const_data_ptr<BFloat16>();
  auto* out = y.mutable_data_ptr<float>();
  at::parallel_for(0, n, 256,
                   [&](std::int64_t first, std::int64_t last) { matvec_rows(in, w, k, out, first, last); });
  return y;
}

}  // namespace fovea::cpu
