#include "core/device/cpu/amx_product.h"

#include "core/device/cpu/amx.h"
#include "core/device/cpu/amx_tiles.h"
#include "core/device/cpu/parallel.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

namespace fovea::cpu {
namespace {

constexpr std::int64_t kStep = AmxWeight::kStepColumns;
constexpr std::int64_t kBlock = AmxWeight::kBlockRows;
constexpr std::int64_t kSide = kAmxTileRows;

/// Weight that a thread takes at a time with few rows: not halves of the whole, for memory is not equally
/// fast for every core.
constexpr std::int64_t kShareBytes = 1 << 20;

/// Blocks that a thread takes at a time with many rows.
constexpr std::int64_t kManyBlocks = 4;

/// Two tiles of 16 rows of a step: pairs of columns side by side.
void pack_step(const std::uint16_t* weight, std::int64_t rows, std::int64_t columns, std::int64_t stride,
               std::uint16_t* to) {
  if (rows < kBlock || columns < kStep) std::memset(to, 0, sizeof(*to) * kBlock * kStep);
  for (std::int64_t row = 0; row < std::min(rows, kBlock); ++row) {
    std::uint16_t* tile = to + row / kSide * kSide * kStep + row % kSide * 2;
    const std::uint16_t* from = weight + row * stride;
    const std::int64_t whole = std::min(columns, kStep) / 2;
    for (std::int64_t pair = 0; pair < whole; ++pair) {
      std::memcpy(tile + pair * 2 * kSide, from + pair * 2, 2 * sizeof(*to));
    }
    if (columns < kStep && columns % 2 != 0) tile[whole * 2 * kSide] = from[columns - 1];
  }
}

/// Rows first..last of x, which has `columns`, into tiles.
void pack_rows(const std::uint16_t* x, std::int64_t columns, const AmxTiles& to, std::uint16_t* values,
               std::int64_t first, std::int64_t last) {
  const std::int64_t steps = (columns + kStep - 1) / kStep;
  for (std::int64_t row = first; row < last; ++row) {
    std::uint16_t* start = values + (row / to.height * steps * to.height + row % to.height) * kStep;
    for (std::int64_t step = 0; step < steps; ++step) {
      std::uint16_t* place = start + step * to.height * kStep;
      const std::int64_t count = std::min(kStep, columns - step * kStep);
      if (row >= to.rows || count < kStep) std::memset(place, 0, sizeof(*place) * kStep);
      if (row < to.rows) {
        std::memcpy(place, x + row * columns + step * kStep,
                    sizeof(*place) * static_cast<std::size_t>(count));
      }
    }
  }
}

}  // namespace

bool has_amx_product() {
#if defined(__x86_64__)
  static const bool yes = amx_products().bf16 && __builtin_cpu_supports("avx512f") &&
                          __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                          __builtin_cpu_supports("avx512bf16");
  return yes;
#else
  return false;
#endif
}

void amx_pack(const std::uint16_t* weight, const AmxWeight& to, std::uint16_t* values) {
  for_ranges(to.blocks(), 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t block = first; block < last; ++block) {
      const std::uint16_t* from = weight + block * kBlock * to.k;
      for (std::int64_t step = 0; step < to.steps(); ++step) {
        pack_step(from + step * kStep, to.n - block * kBlock, to.k - step * kStep, to.k,
                  values + block * to.block_stride() + step * kBlock * kStep);
      }
    }
  });
}

void amx_product(const AmxWeight& weight, const std::uint16_t* x, std::int64_t rows,
                 const std::uint16_t* bias, std::uint16_t* y) {
#if defined(__x86_64__)
  if (rows <= 0) return;
  const bool few = rows <= kSide;
  const std::int64_t height = few ? rows : kSide;
  const std::int64_t room = (rows + height - 1) / height * height;
  const at::TensorOptions plain(at::kBFloat16);
  const at::Tensor laid = at::empty({room * weight.steps() * kStep}, plain);
  auto* values = static_cast<std::uint16_t*>(laid.mutable_data_ptr());
  const AmxTiles tiles{values, rows, height};
  for_ranges(room, 16, [&](std::int64_t first, std::int64_t last) {
    pack_rows(x, weight.k, tiles, values, first, last);
  });
  const std::int64_t blocks = weight.blocks();
  const std::int64_t share =
      few ? std::max<std::int64_t>(1, kShareBytes / 2 / weight.block_stride()) : kManyBlocks;
  const std::int64_t shares = (blocks + share - 1) / share;
  std::atomic<std::int64_t> next{0};
  for_threads(shares, [&] {
    const at::Tensor sums = at::empty({few ? 0 : amx_room(share)}, plain.dtype(at::kFloat));
    for (std::int64_t i = next++; i < shares; i = next++) {
      const std::int64_t last = std::min(blocks, (i + 1) * share);
      if (few) {
        amx_few_rows(weight, tiles, bias, y, i * share, last);
      } else {
        amx_many_rows(weight, tiles, bias, y, i * share, last, sums.mutable_data_ptr<float>());
      }
    }
  });
#else
  static_cast<void>(weight), static_cast<void>(x), static_cast<void>(rows), static_cast<void>(bias),
      static_cast<void>(y);
#endif
}

}  // namespace fovea::cpu
