#include "core/device/cpu/norm_kernels.h"

#include "core/device/cpu/element.h"
#include "core/device/cpu/parallel.h"

#include <cmath>

#include <ATen/ops/empty_like.h>

namespace fovea::cpu {
namespace {

constexpr std::int64_t kLanes = 16;

/// Sum of squares in sixteen running sums: the order does not depend on the processor's vector width.
template <typename T>
FOVEA_ALWAYS_INLINE float sum_of_squares(const T* x, std::int64_t n) {
  float sums[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (std::int64_t j = 0; j < kLanes; ++j) {
      const float v = widen(x[i + j]);
      sums[j] += v * v;
    }
  }
  float total = 0.0F;
  for (; i < n; ++i) total += widen(x[i]) * widen(x[i]);
  for (float s : sums) total += s;
  return total;
}

template <typename T>
FOVEA_ALWAYS_INLINE void norm_row(const T* x, const T* weight, T* y, std::int64_t n, float eps) {
  const float mean = sum_of_squares(x, n) / static_cast<float>(n);
  const float scale = 1.0F / std::sqrt(mean + eps);
  for (std::int64_t i = 0; i < n; ++i) {
    y[i] = narrow<T>(widen(weight[i]) * rounded<T>(widen(x[i]) * scale));
  }
}

template <typename T>
FOVEA_ALWAYS_INLINE void add_row(T* x, const T* delta, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) x[i] = narrow<T>(widen(x[i]) + widen(delta[i]));
}

#define FOVEA_NORM_ROWS(T, name)                                                                 \
  FOVEA_VECTOR_CLONES void name(T* x, const T* delta, const T* weight, T* y, std::int64_t first, \
                                std::int64_t last, std::int64_t h, float eps) {                  \
    for (std::int64_t row = first; row < last; ++row) {                                          \
      if (delta != nullptr) add_row(x + row * h, delta + row * h, h);                            \
      norm_row<T>(x + row * h, weight, y + row * h, h, eps);                                     \
    }                                                                                            \
  }
FOVEA_NORM_ROWS(float, norm_rows_float)
FOVEA_NORM_ROWS(c10::BFloat16, norm_rows_bfloat16)
FOVEA_NORM_ROWS(c10::Half, norm_rows_half)
#undef FOVEA_NORM_ROWS

void norm_rows(float* x, const float* d, const float* w, float* y, std::int64_t a, std::int64_t b,
               std::int64_t h, float e) {
  norm_rows_float(x, d, w, y, a, b, h, e);
}
void norm_rows(c10::BFloat16* x, const c10::BFloat16* d, const c10::BFloat16* w, c10::BFloat16* y,
               std::int64_t a, std::int64_t b, std::int64_t h, float e) {
  norm_rows_bfloat16(x, d, w, y, a, b, h, e);
}
void norm_rows(c10::Half* x, const c10::Half* d, const c10::Half* w, c10::Half* y, std::int64_t a,
               std::int64_t b, std::int64_t h, float e) {
  norm_rows_half(x, d, w, y, a, b, h, e);
}

at::Tensor run(const at::Tensor& x, const at::Tensor* delta, const at::Tensor& weight, double eps) {
  const std::int64_t h = x.size(-1);
  const std::int64_t n = x.numel() / h;
  at::Tensor y = at::empty_like(x);
  with_element(x.scalar_type(), [&](auto* element) {
    using scalar_t = std::remove_pointer_t<decltype(element)>;
    auto* in = x.data_ptr<scalar_t>();
    const auto* add = delta == nullptr ? nullptr : delta->const_data_ptr<scalar_t>();
    const auto* w = weight.const_data_ptr<scalar_t>();
    auto* out = y.mutable_data_ptr<scalar_t>();
    const std::int64_t grain = std::max<std::int64_t>(1, 32768 / h);
    for_ranges(n, grain, [&](std::int64_t first, std::int64_t last) {
      norm_rows(in, add, w, out, first, last, h, static_cast<float>(eps));
    });
  });
  return y;
}

}  // namespace

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
  return run(x, nullptr, weight, eps);
}

at::Tensor add_rms_norm(at::Tensor& x, const at::Tensor& delta, const at::Tensor& weight, double eps) {
  return run(x, &delta, weight, eps);
}

}  // namespace fovea::cpu
