#include "core/device/cpu/activation_kernels.h"

#include "core/device/cpu/element.h"
#include "core/device/cpu/parallel.h"
#include "core/device/cpu/vector_math.h"

#include <algorithm>

#include <ATen/ops/empty.h>
#include <ATen/ops/gelu.h>

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

template <typename T>
FOVEA_ALWAYS_INLINE void gelu_numbers(T* y, std::int64_t n) {
  for (std::int64_t i = 0; i < n; i += kLanes) {
    const std::int64_t count = std::min(kLanes, n - i);
    Floats x = {};
    for (std::int64_t j = 0; j < count; ++j) x[j] = widen(y[i + j]);
    gelu_tanh(x);
    for (std::int64_t j = 0; j < count; ++j) y[i + j] = narrow<T>(x[j]);
  }
}

FOVEA_VECTOR_CLONES void gelu_bfloat16(c10::BFloat16* y, std::int64_t n) {
  gelu_numbers(y, n);
}
FOVEA_VECTOR_CLONES void gelu_half(c10::Half* y, std::int64_t n) {
  gelu_numbers(y, n);
}

}  // namespace

void gelu(at::Tensor& y, bool tanh_form) {
  constexpr std::int64_t kPiece = 32768;
  const std::int64_t n = y.numel();
  const at::ScalarType type = y.scalar_type();
  if (tanh_form && type == at::kBFloat16) {
    auto* const values = y.mutable_data_ptr<c10::BFloat16>();
    for_ranges(n, kPiece,
               [&](std::int64_t first, std::int64_t last) { gelu_bfloat16(values + first, last - first); });
  } else if (tanh_form && type == at::kHalf) {
    auto* const values = y.mutable_data_ptr<c10::Half>();
    for_ranges(n, kPiece,
               [&](std::int64_t first, std::int64_t last) { gelu_half(values + first, last - first); });
  } else {
    const std::int64_t rows = std::max<std::int64_t>(1, kPiece / y.size(1));
    for_operators((y.size(0) + rows - 1) / rows, [&](std::int64_t i) {
      at::Tensor own = y.narrow(0, i * rows, std::min(rows, y.size(0) - i * rows));
      at::gelu_(own, tanh_form ? "tanh" : "none");
    });
  }
}

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
