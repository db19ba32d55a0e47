#include "core/model/quantization.h"

#include "core/api/weight_group.h"
#include "core/device/cpu/element.h"
#include "core/device/huge_pages.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>
#include <vector>

#include <ATen/Parallel.h>
#include <ATen/ops/from_blob.h>
#include <c10/util/Exception.h>
#include <sys/mman.h>

namespace fovea {
namespace {

using cpu::kPanelRows;

/// 1.5 · 2^23: adding and taking it away rounds to the nearest integer, ties to even.
constexpr float kRounder = 12582912.0F;

/// Where the extreme of a group may lie among -8 … 7.
constexpr std::array<float, 8> kExtremes = {-8.0F, -7.25F, -8.75F, -9.5F, -10.5F, 7.0F, 7.75F, 8.5F};

/// One number of each of a panel's rows.
using Floats [[gnu::vector_size(64)]] = float;
using Ints [[gnu::vector_size(64)]] = std::int32_t;

/// A group of a panel, turned so that its rows lie side by side.
class Block {
 public:
  explicit Block(std::int64_t group)
      : room_(static_cast<std::size_t>(group * kPanelRows) + kPanelRows),
        weights_(
            reinterpret_cast<Floats*>((reinterpret_cast<std::uintptr_t>(room_.data()) + sizeof(Floats) - 1) /
                                      sizeof(Floats) * sizeof(Floats))) {}

  Floats& operator[](std::int64_t k) { return weights_[k]; }
  const Floats& operator[](std::int64_t k) const { return weights_[k]; }

 private:
  std::vector<float> room_;  // of Floats themselves a vector would not be aligned
  Floats* weights_;
};

FOVEA_ALWAYS_INLINE Ints bits_of(Floats x) {
  Ints bits;
  std::memcpy(&bits, &x, sizeof(bits));
  return bits;
}

/// The number with the largest absolute value of each row, sign and all. NaN counts as larger than all.
FOVEA_ALWAYS_INLINE Floats extremes_of(const Block& block, std::int64_t group) {
  Ints largest{};
  Floats extremes{};
  for (std::int64_t k = 0; k < group; ++k) {
    const Floats weight = block[k];
    const Ints here = bits_of(weight) & 0x7FFFFFFF;
    const Ints larger = here > largest;
    largest = larger ? here : largest;
    extremes = larger ? weight : extremes;
  }
  return extremes;
}

FOVEA_ALWAYS_INLINE Floats reciprocal(Floats x) {
  return x == 0.0F ? Floats{} : 1.0F / x;
}

/// x as an integer between least and most.
FOVEA_ALWAYS_INLINE Floats rounded(Floats x, float least, float most) {
  const Floats low = Floats{} + least;
  const Floats high = Floats{} + most;
  x = x < low ? low : x;
  x = x > high ? high : x;
  return (x + kRounder) - kRounder;
}

/// The scales of 4 bits.
FOVEA_ALWAYS_INLINE Floats search_scales(const Block& block, std::int64_t group, Floats extremes) {
  Floats least_error = Floats{} + std::numeric_limits<float>::infinity();
  Floats best = extremes / kExtremes[0];
  for (const float extreme : kExtremes) {
    const Floats scale = extremes / extreme;
    const Floats inverse = reciprocal(scale);
    Floats error{};
    Floats products{};
    Floats squares{};
    for (std::int64_t k = 0; k < group; ++k) {
      const Floats weight = block[k];
      const Floats value = rounded(weight * inverse, -8.0F, 7.0F);
      const Floats apart = weight - scale * value;
      error += apart * apart;
      products += weight * value;
      squares += value * value;
    }
    const Ints better = (error < least_error) & (squares > 0.0F);
    least_error = better ? error : least_error;
    best = better ? products / squares : best;
  }
  return best;
}

/// Rounds a group of 16 rows and writes its integers and scales where the kernels look for them.
FOVEA_ALWAYS_INLINE void quantize_block(const Block& block, int bits, std::int64_t group, float unit,
                                        std::uint8_t* values, c10::Half* scales) {
  const Floats extremes = extremes_of(block, group);
  const Floats wanted = bits == 8 ? extremes / 127.0F : search_scales(block, group, extremes);
  Floats scale{};
  for (std::int64_t i = 0; i < kPanelRows; ++i) {
    scales[i] = c10::Half(wanted[i] / unit);
    scale[i] = static_cast<float>(scales[i]) * unit;
  }
  // What is not a number keeps its scale, which makes every sum with it so; its integers are nought.
  const Ints finite = (bits_of(extremes) & 0x7FFFFFFF) < 0x7F800000;
  const Floats inverse = finite ? reciprocal(scale) : Floats{};
  const float least = bits == 8 ? -127.0F : -8.0F;
  const float most = bits == 8 ? 127.0F : 7.0F;
  const std::int32_t zero = bits == 8 ? 128 : 8;
  Ints line{};
  for (std::int64_t k = 0; k < group; ++k) {
    const Floats value = rounded(finite ? block[k] * inverse : Floats{}, least, most);
    const Ints stored = __builtin_convertvector(value, Ints) + zero;
    const std::int64_t place = k % 4 * 8 + (bits == 4 && k % 8 >= 4 ? 4 : 0);
    line |= stored << static_cast<std::int32_t>(place);
    if (k % (bits == 8 ? 4 : 8) == (bits == 8 ? 3 : 7)) {
      std::memcpy(values, &line, sizeof(line));
      values += sizeof(line);
      line = Ints{};
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
  Block block(work.group);
  const std::int64_t rows = std::min(kPanelRows, work.rows - panel * kPanelRows);
  const std::int64_t bytes = work.group * kPanelRows * work.bits / 8;
  for (std::int64_t g = 0; g < work.groups; ++g) {
    const std::int64_t count = std::min(work.group, work.columns - g * work.group);
    const T* from = weight + panel * kPanelRows * work.columns + g * work.group;
    for (std::int64_t k = 0; k < work.group; ++k) {
      Floats column{};
      if (k < count) {
        for (std::int64_t i = 0; i < rows; ++i) column[i] = cpu::widen(from[i * work.columns + k]);
      }
      block[k] = column;
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

/// The bits of the largest finite absolute value; as integers they compare alike.
template <typename T>
FOVEA_ALWAYS_INLINE std::int32_t largest_bits(const T* weight, std::int64_t count) {
  std::int32_t largest = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int32_t bits = std::bit_cast<std::int32_t>(cpu::widen(weight[i])) & 0x7FFFFFFF;
    largest = std::max(largest, bits < 0x7F800000 ? bits : 0);
  }
  return largest;
}
FOVEA_VECTOR_CLONES std::int32_t largest_of(const float* weight, std::int64_t count) {
  return largest_bits(weight, count);
}
FOVEA_VECTOR_CLONES std::int32_t largest_of(const c10::BFloat16* weight, std::int64_t count) {
  return largest_bits(weight, count);
}
FOVEA_VECTOR_CLONES std::int32_t largest_of(const c10::Half* weight, std::int64_t count) {
  return largest_bits(weight, count);
}

/// The largest finite absolute value.
template <typename T>
float largest(const T* weight, std::int64_t count) {
  std::atomic<std::int32_t> result{0};
  at::parallel_for(0, count, 1 << 16, [&](std::int64_t first, std::int64_t last) {
    const std::int32_t here = largest_of(weight + first, last - first);
    std::int32_t known = result;
    while (known < here && !result.compare_exchange_weak(known, here)) {
    }
  });
  return std::bit_cast<float>(result.load());
}

/// Bytes straight from the system that begin where a huge page may. Memory that the heap hands out again has
/// small pages already, from which weights are read a fifth slower (measured).
at::Tensor huge_block(std::int64_t bytes) {
  constexpr std::size_t kHugePage = 2 << 20;
  const std::size_t whole = static_cast<std::size_t>(bytes) + kHugePage;
  void* mapped = ::mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  const std::size_t past = reinterpret_cast<std::uintptr_t>(mapped) % kHugePage;
  std::uint8_t* block = static_cast<std::uint8_t*>(mapped) + (past == 0 ? 0 : kHugePage - past);
  advise_huge_pages(block, static_cast<std::size_t>(bytes));
  return at::from_blob(
      block, {bytes}, [mapped, whole](void*) { ::munmap(mapped, whole); }, at::kByte);
}

}  // namespace

cpu::QuantizedWeight empty_quantized(std::int64_t rows, std::int64_t columns, int bits, std::int64_t group) {
  TORCH_CHECK(bits == 8 || bits == 4);
  TORCH_CHECK(is_weight_group(bits, group));
  cpu::QuantizedWeight out;
  out.bits = bits;
  out.group = group_length(group, columns);
  out.rows = rows;
  out.columns = columns;
  const std::int64_t lines = out.group * bits / 32;
  const std::int64_t value_bytes = out.panels() * out.groups() * lines * kPanelRows * 4;
  const std::int64_t scale_count = out.panels() * out.groups() * kPanelRows;
  const at::Tensor block = huge_block(value_bytes + 2 * scale_count);
  out.values = block.narrow(0, 0, value_bytes).view({out.panels(), out.groups(), lines, kPanelRows, 4});
  out.scales = block.narrow(0, value_bytes, 2 * scale_count)
                   .view(at::kHalf)
                   .view({out.panels(), out.groups(), kPanelRows});
  return out;
}

cpu::QuantizedWeight quantize(const at::Tensor& weight, int bits, std::int64_t group) {
  TORCH_CHECK(weight.is_contiguous());
  cpu::QuantizedWeight out = empty_quantized(weight.size(0), weight.size(1), bits, group);
  cpu::with_element(weight.scalar_type(), [&](auto* type) {
    using T = std::remove_pointer_t<decltype(type)>;
    const auto* from = weight.const_data_ptr<T>();
    const float most = largest(from, weight.numel()) / (bits == 8 ? 127.0F : 7.0F);
    // The largest scale comes to 2^12 or a little more: fp16 has 2^26 below that before it loses precision.
    if (most > 0.0F) out.unit = std::exp2(static_cast<float>(std::max(std::ilogb(most), -100) - 12));
    const Work work{out.rows,
                    out.columns,
                    out.groups(),
                    out.group,
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
