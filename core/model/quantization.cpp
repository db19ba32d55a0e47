#include "core/model/quantization.h"

#include "core/device/cpu/element.h"
#include "core/device/huge_pages.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <limits>

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

namespace fovea {
namespace {

using cpu::kPanelRows;

constexpr std::int64_t kLongestGroup = 128;

/// 1.5 · 2^23: adding and taking it away rounds to the nearest integer, ties to even.
constexpr float kRounder = 12582912.0F;

/// Where the extreme of a group may lie among -8 … 7.
constexpr std::array<float, 8> kExtremes = {-8.0F, -7.25F, -8.75F, -9.5F, -10.5F, 7.0F, 7.75F, 8.5F};

/// A group of a panel, turned so that the rows lie side by side: all loops over them are vectors.
struct Block {
  float weights[kLongestGroup][kPanelRows];
  float rounded[kLongestGroup][kPanelRows];  ///< integers
  float scales[kPanelRows];
};

/// The number with the largest absolute value of each row, sign and all. NaN counts as larger than all.
FOVEA_ALWAYS_INLINE void find_extremes(const Block& block, std::int64_t group, float* extremes) {
  std::uint32_t largest[kPanelRows] = {};
  std::uint32_t bits[kPanelRows] = {};
  for (std::int64_t k = 0; k < group; ++k) {
    for (std::int64_t i = 0; i < kPanelRows; ++i) {
      const auto here = std::bit_cast<std::uint32_t>(block.weights[k][i]);
      const bool larger = (here & 0x7FFFFFFFU) > largest[i];
      largest[i] = larger ? here & 0x7FFFFFFFU : largest[i];
      bits[i] = larger ? here : bits[i];
    }
  }
  for (std::int64_t i = 0; i < kPanelRows; ++i) extremes[i] = std::bit_cast<float>(bits[i]);
}

/// Rounds all rows by their scales.
FOVEA_ALWAYS_INLINE void round_all(Block& block, std::int64_t group, const float* scales, float least,
                                   float most) {
  float inverse[kPanelRows];
  for (std::int64_t i = 0; i < kPanelRows; ++i) inverse[i] = scales[i] == 0.0F ? 0.0F : 1.0F / scales[i];
  for (std::int64_t k = 0; k < group; ++k) {
    for (std::int64_t i = 0; i < kPanelRows; ++i) {
      const float value = block.weights[k][i] * inverse[i];
      const float inside = value < least ? least : value > most ? most : value;
      block.rounded[k][i] = (inside + kRounder) - kRounder;
    }
  }
}

/// Finds the scales of 4 bits.
FOVEA_ALWAYS_INLINE void search_scales(Block& block, std::int64_t group, const float* extremes) {
  float least_error[kPanelRows];
  for (std::int64_t i = 0; i < kPanelRows; ++i) {
    least_error[i] = std::numeric_limits<float>::infinity();
    block.scales[i] = extremes[i] / kExtremes[0];
  }
  for (const float extreme : kExtremes) {
    float scales[kPanelRows];
    float error[kPanelRows] = {};
    float products[kPanelRows] = {};
    float squares[kPanelRows] = {};
    for (std::int64_t i = 0; i < kPanelRows; ++i) scales[i] = extremes[i] / extreme;
    round_all(block, group, scales, -8.0F, 7.0F);
    for (std::int64_t k = 0; k < group; ++k) {
      for (std::int64_t i = 0; i < kPanelRows; ++i) {
        const float weight = block.weights[k][i];
        const float value = block.rounded[k][i];
        const float apart = weight - scales[i] * value;
        error[i] += apart * apart;
        products[i] += weight * value;
        squares[i] += value * value;
      }
    }
    for (std::int64_t i = 0; i < kPanelRows; ++i) {
      const bool better = error[i] < least_error[i] && squares[i] > 0.0F;
      least_error[i] = better ? error[i] : least_error[i];
      block.scales[i] = better ? products[i] / squares[i] : block.scales[i];
    }
  }
}

/// Rounds a group of 16 rows and writes its integers and scales where the kernels look for them.
FOVEA_ALWAYS_INLINE void quantize_block(Block& block, int bits, std::int64_t group, float unit,
                                        std::uint8_t* values, c10::Half* scales) {
  float extremes[kPanelRows];
  find_extremes(block, group, extremes);
  if (bits == 8) {
    for (std::int64_t i = 0; i < kPanelRows; ++i) block.scales[i] = extremes[i] / 127.0F;
  } else {
    search_scales(block, group, extremes);
  }
  for (std::int64_t i = 0; i < kPanelRows; ++i) {
    scales[i] = c10::Half(block.scales[i] / unit);
    block.scales[i] = static_cast<float>(scales[i]) * unit;
    // What is not a number makes its whole group so, as it would make the row's sum.
    if (!(std::abs(extremes[i]) <= std::numeric_limits<float>::max())) block.scales[i] = 0.0F;
  }
  round_all(block, group, block.scales, bits == 8 ? -127.0F : -8.0F, bits == 8 ? 127.0F : 7.0F);
  for (std::int64_t i = 0; i < kPanelRows; ++i) {
    if (!(std::abs(extremes[i]) <= std::numeric_limits<float>::max())) {
      for (std::int64_t k = 0; k < group; ++k) block.rounded[k][i] = 0.0F;
    }
  }
  const float zero = bits == 8 ? 128.0F : 8.0F;
  for (std::int64_t k = 0; k < group; ++k) {
    std::uint8_t stored[kPanelRows];
    for (std::int64_t i = 0; i < kPanelRows; ++i) {
      stored[i] = static_cast<std::uint8_t>(static_cast<std::int32_t>(block.rounded[k][i] + zero));
    }
    const std::int64_t quad = k / 4;
    std::uint8_t* to = values + (bits == 8 ? quad : quad / 2) * 64 + k % 4;
    if (bits == 8 || quad % 2 == 0) {
      for (std::int64_t i = 0; i < kPanelRows; ++i) to[i * 4] = stored[i];
    } else {
      for (std::int64_t i = 0; i < kPanelRows; ++i)
        to[i * 4] = static_cast<std::uint8_t>(to[i * 4] | stored[i] << 4);
    }
  }
}

/// What a panel is made from and goes to.
struct Work {
  std::int64_t rows, columns, groups, group;
  int bits;
  float unit;
  std::uint8_t* values;
  c10::Half* scales;
};

template <typename T>
FOVEA_ALWAYS_INLINE void quantize_panel(const T* weight, const Work& work, std::int64_t panel) {
  Block block;
  const std::int64_t rows = std::min(kPanelRows, work.rows - panel * kPanelRows);
  const std::int64_t bytes = work.group * kPanelRows * work.bits / 8;
  for (std::int64_t g = 0; g < work.groups; ++g) {
    const std::int64_t count = std::min(work.group, work.columns - g * work.group);
    for (std::int64_t i = 0; i < kPanelRows; ++i) {
      const T* row = weight + (panel * kPanelRows + i) * work.columns + g * work.group;
      const std::int64_t present = i < rows ? count : 0;
      for (std::int64_t k = 0; k < present; ++k) block.weights[k][i] = cpu::widen(row[k]);
      for (std::int64_t k = present; k < work.group; ++k) block.weights[k][i] = 0.0F;
    }
    const std::int64_t at = panel * work.groups + g;
    quantize_block(block, work.bits, work.group, work.unit, work.values + at * bytes,
                   work.scales + at * kPanelRows);
  }
}

FOVEA_VECTOR_CLONES void quantize_panels(const float* weight, const Work& work, std::int64_t first,
                                         std::int64_t last) {
  for (std::int64_t panel = first; panel < last; ++panel) quantize_panel(weight, work, panel);
}
FOVEA_VECTOR_CLONES void quantize_panels(const c10::BFloat16* weight, const Work& work, std::int64_t first,
                                         std::int64_t last) {
  for (std::int64_t panel = first; panel < last; ++panel) quantize_panel(weight, work, panel);
}
FOVEA_VECTOR_CLONES void quantize_panels(const c10::Half* weight, const Work& work, std::int64_t first,
                                         std::int64_t last) {
  for (std::int64_t panel = first; panel < last; ++panel) quantize_panel(weight, work, panel);
}

/// The largest finite absolute value.
template <typename T>
float largest(const T* weight, std::int64_t count) {
  std::atomic<std::uint32_t> result{0};
  at::parallel_for(0, count, 1 << 16, [&](std::int64_t first, std::int64_t last) {
    std::uint32_t here = 0;
    for (std::int64_t i = first; i < last; ++i) {
      const std::uint32_t bits = std::bit_cast<std::uint32_t>(cpu::widen(weight[i])) & 0x7FFFFFFFU;
      here = std::max(here, bits < 0x7F800000U ? bits : 0U);
    }
    std::uint32_t known = result;
    while (known < here && !result.compare_exchange_weak(known, here)) {
    }
  });
  return std::bit_cast<float>(result.load());
}

}  // namespace

cpu::QuantizedWeight quantize(const at::Tensor& weight, int bits, std::int64_t group) {
  TORCH_CHECK(weight.is_contiguous());
  TORCH_CHECK(bits == 8 || bits == 4);
  TORCH_CHECK(group == 32 || group == 64 || group == kLongestGroup);
  cpu::QuantizedWeight out;
  out.bits = bits;
  out.group = group;
  out.rows = weight.size(0);
  out.columns = weight.size(1);
  const std::int64_t lines = bits == 8 ? group / 4 : group / 8;
  out.values =
      at::empty({out.panels(), out.groups(), lines, kPanelRows, 4}, weight.options().dtype(at::kByte));
  out.scales = at::empty({out.panels(), out.groups(), kPanelRows}, weight.options().dtype(at::kHalf));
  advise_huge_pages(out.values.mutable_data_ptr(), out.values.nbytes());
  advise_huge_pages(out.scales.mutable_data_ptr(), out.scales.nbytes());
  cpu::with_element(weight.scalar_type(), [&](auto* type) {
    using T = std::remove_pointer_t<decltype(type)>;
    const auto* from = weight.const_data_ptr<T>();
    const float most = largest(from, weight.numel()) / (bits == 8 ? 127.0F : 7.0F);
    // The largest scale comes to 2^12 or a little more: fp16 has 2^26 below that before it loses precision.
    if (most > 0.0F) out.unit = std::exp2(static_cast<float>(std::max(std::ilogb(most), -100) - 12));
    const Work work{out.rows,
                    out.columns,
                    out.groups(),
                    group,
                    bits,
                    out.unit,
                    out.values.mutable_data_ptr<std::uint8_t>(),
                    out.scales.mutable_data_ptr<c10::Half>()};
    at::parallel_for(0, out.panels(), 4, [&](std::int64_t first, std::int64_t last) {
      quantize_panels(from, work, first, last);
    });
  });
  return out;
}

}  // namespace fovea
