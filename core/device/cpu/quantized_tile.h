#pragma once

// The loop that all vector kernels share. Included by files that are compiled for particular instructions, so
// everything here has internal linkage and calls nothing of the standard library: a copy that the linker
// shared would end on processors without those instructions.

#include "core/device/cpu/quantized_tiles.h"

namespace fovea::cpu {
namespace {

/// How far ahead of its use the weight is asked for. With one row and this much, a core of an EPYC (Zen 5)
/// reads at 97 to 99 % of its limit; without it at 69 to 94 %, and walking two or four panels at once is no
/// help.
constexpr std::int64_t kAhead = 8192;

/// Rows × Panels of results at once. Unit names the instructions: a panel's 16 columns are Unit::kParts
/// vectors of 32-bit sums.
template <typename Unit, int Bits, int Rows, int Panels>
inline void tile(const QuantizedRows& x, std::int64_t first_row, const QuantizedPanels& weight,
                 std::int64_t first_panel, float* out, std::int64_t stride) {
  using Ints = typename Unit::Ints;
  using Floats = typename Unit::Floats;
  constexpr int kParts = Unit::kParts;
  constexpr int kQuadsALine = Bits == 8 ? 1 : 2;
  const std::int64_t width = weight.groups * weight.group;
  const std::int64_t lines = weight.group / 4 / kQuadsALine;
  const std::uint8_t* values[Panels];
  const std::uint16_t* scales[Panels];
  for (int p = 0; p < Panels; ++p) {
    values[p] = weight.values + (first_panel + p) * weight.value_stride();
    scales[p] = weight.scales + (first_panel + p) * weight.scale_stride();
  }
  const std::int8_t* in[Rows];
  for (int r = 0; r < Rows; ++r) in[r] = x.values + (first_row + r) * width;
  const float* in_scales = x.scales + first_row * weight.groups;
  const std::int32_t* offsets = x.offsets + first_row * weight.groups;

  Floats total[Rows][Panels][kParts];
  for (int r = 0; r < Rows; ++r)
    for (int p = 0; p < Panels; ++p)
      for (int i = 0; i < kParts; ++i) total[r][p][i] = Unit::zero();

  for (std::int64_t g = 0; g < weight.groups; ++g) {
    Ints sums[Rows][Panels][kParts];
    for (int r = 0; r < Rows; ++r) {
      const Ints begin = Unit::template begin<Bits>(offsets[r * weight.groups + g]);
      for (int p = 0; p < Panels; ++p)
        for (int i = 0; i < kParts; ++i) sums[r][p][i] = begin;
    }
#pragma GCC unroll 4
    for (std::int64_t line = 0; line < lines; ++line) {
      Ints stored[Panels][kParts][kQuadsALine];
      for (int p = 0; p < Panels; ++p) {
        __builtin_prefetch(values[p] + line * 64 + kAhead);
        for (int i = 0; i < kParts; ++i) {
          Unit::template load<Bits>(values[p] + line * 64 + i * Unit::kBytes, stored[p][i]);
        }
      }
      for (int q = 0; q < kQuadsALine; ++q) {
        for (int r = 0; r < Rows; ++r) {
          const Ints quad = Unit::repeat(in[r] + (line * kQuadsALine + q) * 4);
          for (int p = 0; p < Panels; ++p)
            for (int i = 0; i < kParts; ++i)
              sums[r][p][i] = Unit::template add_products<Bits>(sums[r][p][i], stored[p][i][q], quad);
        }
      }
    }
    for (int r = 0; r < Rows; ++r) in[r] += weight.group;
    for (int p = 0; p < Panels; ++p) {
      values[p] += lines * 64;
      for (int i = 0; i < kParts; ++i) {
        const Floats scale = Unit::widen(scales[p] + i * Unit::kBytes / 4);
        for (int r = 0; r < Rows; ++r) {
          total[r][p][i] =
              Unit::add_scaled(total[r][p][i], sums[r][p][i], scale, in_scales[r * weight.groups + g]);
        }
      }
      scales[p] += 16;
    }
  }
  for (int r = 0; r < Rows; ++r)
    for (int p = 0; p < Panels; ++p)
      for (int i = 0; i < kParts; ++i)
        Unit::store(out + (first_row + r) * stride + (first_panel + p) * 16 + i * Unit::kBytes / 4,
                    total[r][p][i]);
}

/// All rows against `Panels` panels, Most rows at a time and then what is left. Never inlined: many such
/// loops in one function would fight for its registers.
template <typename Unit, int Bits, int Panels, int Most>
[[gnu::noinline]] void column(const QuantizedRows& x, const QuantizedPanels& weight, std::int64_t panel,
                              float* out, std::int64_t stride) {
  std::int64_t row = 0;
  for (; row + Most <= x.rows; row += Most)
    tile<Unit, Bits, Most, Panels>(x, row, weight, panel, out, stride);
  if constexpr (Most > 1) {
    const QuantizedRows rest{x.values + row * weight.groups * weight.group, x.scales + row * weight.groups,
                             x.offsets + row * weight.groups, x.rows - row};
    if (rest.rows > 0) column<Unit, Bits, Panels, Most - 1>(rest, weight, panel, out + row * stride, stride);
  }
}

/// With few rows a panel at a time, so that the weight is one stream for all of them; with many, the shape
/// that has most products for each number that it loads.
template <typename Unit, int Bits>
void tiles(const QuantizedRows& x, const QuantizedPanels& weight, float* out, std::int64_t stride) {
  std::int64_t panel = 0;
  if (x.rows > Unit::kFewRows) {
    for (; panel + Unit::kPanels <= weight.panels; panel += Unit::kPanels) {
      column<Unit, Bits, Unit::kPanels, Unit::kRows>(x, weight, panel, out, stride);
    }
  }
  for (; panel < weight.panels; ++panel) column<Unit, Bits, 1, Unit::kFewRows>(x, weight, panel, out, stride);
}

}  // namespace
}  // namespace fovea::cpu
