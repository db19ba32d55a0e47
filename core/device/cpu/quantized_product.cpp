#include "core/device/cpu/quantized_product.h"

#include "core/device/cpu/amx.h"
#include "core/device/cpu/element.h"
#include "core/device/cpu/parallel.h"
#include "core/device/cpu/quantized_tiles.h"
#include "core/device/cpu/quantized_tiles_amx.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <limits>

#include <ATen/ops/empty.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace fovea::cpu {
namespace {

/// Weight that a thread takes at a time with few rows: not halves of the whole, for memory is not equally
/// fast for every core.
constexpr std::int64_t kShareBytes = 1 << 20;

/// With many rows: what four panels and a slab of x take stays in the second cache, and results are written
/// while they are warm.
constexpr std::int64_t kSlabRows = 96;
constexpr std::int64_t kSlabPanels = 4;

/// The same for AMX, to which panels are laid anew once for all rows.
constexpr std::int64_t kAmxSlabRows = 256;
constexpr std::int64_t kAmxPanels = 8;

#if defined(__x86_64__)
constexpr bool kMayHaveAmx = true;
#else
constexpr bool kMayHaveAmx = false;
#endif

/// Rows up to which the weight is walked in large shares.
constexpr std::int64_t kFewRows = 8;

/// Below this a group of x is nought: the reciprocal of its scale would overflow.
constexpr float kSmallest = 1e-30F;

QuantizedTiles tiles_of(QuantizedKernel kernel) {
#if defined(__x86_64__)
  switch (kernel) {
    case QuantizedKernel::kAmx:
    case QuantizedKernel::kAvx512Vnni:
      return quantized_tiles_avx512;
    case QuantizedKernel::kAvxVnni:
      return quantized_tiles_avx_vnni;
    case QuantizedKernel::kAvx2:
      return quantized_tiles_avx2;
    case QuantizedKernel::kPlain:
      break;
  }
#endif
  return quantized_tiles_plain;
}

/// How rounded rows lie: `together` rows side by side by pieces of `piece` columns, which make up groups; so
/// do their scales, group by group. One row and pieces of a group are rows one behind the other.
struct RowLayout {
  std::int64_t together;
  std::int64_t piece;
};

/// What rows are rounded by and to.
struct RoundedRows {
  std::int64_t columns, group, groups;
  std::int32_t zero;
  float unit;
  RowLayout layout;
  std::int8_t* values;
  float* scales;
  std::int32_t* offsets;  ///< [rows, groups]

  std::int64_t width() const { return groups * group; }
  /// The first of the rows that lie side by side with `row`.
  std::int64_t block(std::int64_t row) const { return row / layout.together * layout.together; }
  std::int8_t* values_of(std::int64_t row) const {
    return values + block(row) * width() + row % layout.together * layout.piece;
  }
  float* scales_of(std::int64_t row) const { return scales + block(row) * groups + row % layout.together; }
};

/// One row to int8 by groups. Its columns may end inside the last group; what is behind them is nought.
/// `wide`: room for a group.
template <typename T>
FOVEA_ALWAYS_INLINE void quantize_row(const T* x, std::int64_t row, const RoundedRows& to, float* wide) {
  const std::int64_t group = to.group;
  std::int8_t* values = to.values_of(row);
  float* scales = to.scales_of(row);
  std::int32_t* offsets = to.offsets + row * to.groups;
  for (std::int64_t g = 0; g < to.groups; ++g) {
    const std::int64_t count = std::min(group, to.columns - g * group);
    for (std::int64_t i = 0; i < count; ++i) wide[i] = widen(x[g * group + i]);
    for (std::int64_t i = count; i < group; ++i) wide[i] = 0.0F;
    std::uint32_t largest_bits = 0;  // as integers, absolute values compare alike, and NaN above all
    for (std::int64_t i = 0; i < group; ++i) {
      largest_bits = std::max(largest_bits, std::bit_cast<std::uint32_t>(wide[i]) & 0x7FFFFFFFU);
    }
    const auto largest = std::bit_cast<float>(largest_bits);
    const bool finite = largest_bits < 0x7F800000U;
    const float inverse = finite && largest > kSmallest ? 127.0F / largest : 0.0F;
    std::int32_t sum = 0;
    for (std::int64_t begin = 0; begin < group; begin += to.layout.piece) {
      std::int8_t* piece = values + (g * group + begin) * to.layout.together;
      for (std::int64_t i = 0; i < to.layout.piece; ++i) {
        const std::int32_t value = nearest_whole(finite ? wide[begin + i] * inverse : 0.0F);
        piece[i] = static_cast<std::int8_t>(value);
        sum += value;
      }
    }
    scales[g * to.layout.together] =
        finite ? largest / 127.0F * to.unit : std::numeric_limits<float>::quiet_NaN();
    offsets[g] = -to.zero * sum;
  }
}

template <typename T>
FOVEA_ALWAYS_INLINE void quantize_each(const T* x, std::int64_t first, std::int64_t last,
                                       const RoundedRows& to) {
  float short_group[128];
  std::vector<float> long_group(to.group > 128 ? static_cast<std::size_t>(to.group) : 0);
  float* wide = to.group > 128 ? long_group.data() : short_group;
  for (std::int64_t row = first; row < last; ++row) quantize_row(x + row * to.columns, row, to, wide);
}
FOVEA_VECTOR_CLONES void quantize_rows(const float* x, std::int64_t first, std::int64_t last,
                                       const RoundedRows& to) {
  quantize_each(x, first, last, to);
}
FOVEA_VECTOR_CLONES void quantize_rows(const c10::BFloat16* x, std::int64_t first, std::int64_t last,
                                       const RoundedRows& to) {
  quantize_each(x, first, last, to);
}
FOVEA_VECTOR_CLONES void quantize_rows(const c10::Half* x, std::int64_t first, std::int64_t last,
                                       const RoundedRows& to) {
  quantize_each(x, first, last, to);
}

/// y = in + bias, rounded to y's type, for rows that lie `stride` and `width` apart; `bias` may be null.
template <typename T>
FOVEA_ALWAYS_INLINE void finish_rows(const float* in, std::int64_t stride, std::int64_t rows, const T* bias,
                                     T* y, std::int64_t width, std::int64_t count) {
  for (std::int64_t row = 0; row < rows; ++row, in += stride, y += width) {
    if (bias == nullptr) {
      for (std::int64_t i = 0; i < count; ++i) y[i] = narrow<T>(in[i]);
    } else {
      for (std::int64_t i = 0; i < count; ++i) y[i] = narrow<T>(in[i] + widen(bias[i]));
    }
  }
}
FOVEA_VECTOR_CLONES void finish(const float* in, std::int64_t stride, std::int64_t rows, const float* bias,
                                float* y, std::int64_t width, std::int64_t count) {
  finish_rows(in, stride, rows, bias, y, width, count);
}
FOVEA_VECTOR_CLONES void finish(const float* in, std::int64_t stride, std::int64_t rows,
                                const c10::BFloat16* bias, c10::BFloat16* y, std::int64_t width,
                                std::int64_t count) {
  finish_rows(in, stride, rows, bias, y, width, count);
}
FOVEA_VECTOR_CLONES void finish(const float* in, std::int64_t stride, std::int64_t rows,
                                const c10::Half* bias, c10::Half* y, std::int64_t width, std::int64_t count) {
  finish_rows(in, stride, rows, bias, y, width, count);
}

#if defined(__x86_64__)
/// Intel's manual, CPUID: leaf 7, subleaf 1, bit 4 of EAX.
bool has_avx_vnni() {
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  return __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) != 0 && (eax >> 4 & 1U) != 0;
}
#endif

}  // namespace

std::vector<QuantizedKernel> quantized_kernels() {
  std::vector<QuantizedKernel> out;
#if defined(__x86_64__)
  // Whatever has AVX2 has F16C; not every compiler knows that name here.
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni");
  if (avx512 && amx_products().int8) out.push_back(QuantizedKernel::kAmx);
  if (avx512) out.push_back(QuantizedKernel::kAvx512Vnni);
  if (avx2 && has_avx_vnni()) out.push_back(QuantizedKernel::kAvxVnni);
  if (avx2) out.push_back(QuantizedKernel::kAvx2);
#endif
  out.push_back(QuantizedKernel::kPlain);
  return out;
}

at::Tensor quantized_linear(const at::Tensor& x, const QuantizedWeight& weight, const at::Tensor& bias,
                            QuantizedKernel kernel) {
  const std::int64_t rows = x.size(0);
  const std::int64_t groups = weight.groups();
  const std::int64_t width = groups * weight.group;
  const bool few = rows <= kFewRows;
  const bool amx = kernel == QuantizedKernel::kAmx && !few;
  const RowLayout layout = amx ? RowLayout{kAmxRows, amx_piece(weight.group)} : RowLayout{1, weight.group};
  const std::int64_t room = (rows + layout.together - 1) / layout.together * layout.together;
  const at::TensorOptions plain = x.options();
  const at::Tensor in = at::empty({room, width}, plain.dtype(at::kChar));
  const at::Tensor in_scales = at::empty({room, groups}, plain.dtype(at::kFloat));
  const at::Tensor offsets = at::empty({room, groups}, plain.dtype(at::kInt));
  at::Tensor y = at::empty({rows, weight.rows}, plain);
  const RoundedRows rounded{weight.columns,
                            weight.group,
                            groups,
                            weight.bits == 8 ? 128 : 8,
                            weight.unit,
                            layout,
                            in.mutable_data_ptr<std::int8_t>(),
                            in_scales.mutable_data_ptr<float>(),
                            offsets.mutable_data_ptr<std::int32_t>()};
  if (room != rows) {
    const std::int64_t last = rounded.block(rows);
    in.narrow(0, last, room - last).zero_();
    in_scales.narrow(0, last, room - last).zero_();
    offsets.narrow(0, last, room - last).zero_();
  }
  const QuantizedPanels all{weight.values.const_data_ptr<std::uint8_t>(),
                            reinterpret_cast<const std::uint16_t*>(weight.scales.const_data_ptr<c10::Half>()),
                            weight.panels(),
                            groups,
                            weight.group,
                            weight.bits};
  const QuantizedTiles tiles = tiles_of(kernel);

  with_element(x.scalar_type(), [&](auto* type) {
    using T = std::remove_pointer_t<decltype(type)>;
    const auto* from = x.const_data_ptr<T>();
    for_ranges(rows, 8,
               [&](std::int64_t first, std::int64_t last) { quantize_rows(from, first, last, rounded); });
    const T* b = bias.defined() ? bias.const_data_ptr<T>() : nullptr;
    auto* to = y.mutable_data_ptr<T>();
    const std::int64_t share = few   ? std::max<std::int64_t>(4, kShareBytes / all.value_stride() / 4 * 4)
                               : amx ? kAmxPanels
                                     : kSlabPanels;
    const std::int64_t slab = few ? rows : std::min(room, amx ? kAmxSlabRows : kSlabRows);
    const std::int64_t shares = (all.panels + share - 1) / share;
    std::atomic<std::int64_t> next{0};
    for_threads(shares, [&] {
      const std::int64_t stride = share * kPanelRows;
      const at::Tensor results = at::empty({slab * stride}, plain.dtype(at::kFloat));
      const at::Tensor laid =
          at::empty({amx && amx_lays(weight.group) ? stride * width : 0}, plain.dtype(at::kChar));
      const at::Tensor laid_scales = at::empty({amx ? stride * groups : 0}, plain.dtype(at::kFloat));
      auto* sums = results.template mutable_data_ptr<float>();
      for (std::int64_t i = next++; i < shares; i = next++) {
        const std::int64_t panel = i * share;
        QuantizedPanels part = all;
        part.values += panel * all.value_stride();
        part.scales += panel * all.scale_stride();
        part.panels = std::min(share, all.panels - panel);
        AmxPanels amx_part{};
        if constexpr (kMayHaveAmx) {
          if (amx) {
            amx_part = amx_panels(part, laid.template mutable_data_ptr<std::int8_t>(),
                                  laid_scales.template mutable_data_ptr<float>());
          }
        }
        const std::int64_t column = panel * kPanelRows;
        const std::int64_t count = std::min(part.panels * kPanelRows, weight.rows - column);
        for (std::int64_t first = 0; first < rows; first += slab) {
          const std::int64_t here = std::min(slab, rows - first);
          const std::int8_t* values = rounded.values + first * width;
          const float* scales = rounded.scales + first * groups;
          if (!amx) {
            tiles({values, scales, rounded.offsets + first * groups, here}, part, sums, stride);
          } else if constexpr (kMayHaveAmx) {
            quantized_tiles_amx(
                {values, scales, rounded.offsets + first * groups, (here + kAmxRows - 1) / kAmxRows},
                amx_part, sums, stride);
          }
          finish(sums, stride, here, b == nullptr ? nullptr : b + column, to + first * weight.rows + column,
                 weight.rows, count);
        }
      }
    });
  });
  return y;
}

at::Tensor quantized_linear(const at::Tensor& x, const QuantizedWeight& weight, const at::Tensor& bias) {
  static const QuantizedKernel best = quantized_kernels().front();
  return quantized_linear(x, weight, bias, best);
}

}  // namespace fovea::cpu
