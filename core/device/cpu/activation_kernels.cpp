#include "core/device/cpu/activation_kernels.h"

#include "core/device/cpu/element.h"
#include "core/device/cpu/parallel.h"
#include "core/device/cpu/vector_math.h"

#include <algorithm>

#include <ATen/ops/empty.h>

namespace fovea::cpu {
namespace {

/// Sixteen elements; what is behind the row's end is computed from zeros and not stored.
template <typename T>
FOVEA_ALWAYS_INLINE void sixteen(const T* gate, const T* up, T* out, std::int64_t count) {
  Floats g = {};
  Floats u = {};
  for (std::int64_t i = 0; i < count; ++i) {
    g[i] = widen(gate[i]);
    u[i] = widen(up[i]);
  }
  Floats e = -g;
  exp(e);
  const Floats silu = g / (1.0F + e);
  for (std::int64_t i = 0; i < count; ++i) out[i] = narrow<T>(rounded<T>(silu[i]) * u[i]);
}

template <typename T>
FOVEA_ALWAYS_INLINE void silu_row(const T* gate, const T* up, T* out, std::int64_t n) {
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) sixteen(gate + i, up + i, out + i, kLanes);
  if (i < n) sixteen(gate + i, up + i, out + i, n - i);
}

#define FOVEA_SILU(T, suffix)                                                                  \
  FOVEA_VECTOR_CLONES void silu_##suffix(const T* gate, const T* up, T* out, std::int64_t n) { \
    silu_row<T>(gate, up, out, n);                                                             \
  }                                                                                            \
  void silu(const T* gate, const T* up, T* out, std::int64_t n) {                              \
    silu_##suffix(gate, up, out, n);                                                           \
  }
FOVEA_SILU(float, float)
FOVEA_SILU(c10::BFloat16, bfloat16)
FOVEA_SILU(c10::Half, half)
#undef FOVEA_SILU

}  // namespace

at::Tensor silu_mul(const at::Tensor& gate_up) {
  const std::int64_t n = gate_up.size(0);
  const std::int64_t inner = gate_up.size(1) / 2;
  at::Tensor y = at::empty({n, inner}, gate_up.options());
  // A row is divided too, so that one alone keeps all threads busy.
  constexpr std::int64_t kShare = 4096;
  const std::int64_t shares = (inner + kShare - 1) / kShare;
  with_element(gate_up.scalar_type(), [&](auto* element) {
    using scalar_t = std::remove_pointer_t<decltype(element)>;
    const auto* in = gate_up.const_data_ptr<scalar_t>();
    auto* out = y.mutable_data_ptr<scalar_t>();
    for_ranges(n * shares, 4, [&](std::int64_t first, std::int64_t last) {
      for (std::int64_t i = first; i < last; ++i) {
        const std::int64_t row = i / shares;
        const std::int64_t begin = i % shares * kShare;
        const scalar_t* gate = in + row * 2 * inner + begin;
        silu(gate, gate + inner, out + row * inner + begin, std::min(kShare, inner - begin));
      }
    });
  });
  return y;
}

}  // namespace fovea::cpu
