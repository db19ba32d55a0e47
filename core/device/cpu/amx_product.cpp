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

/// With many rows, a slab is as many pairs of tiles of x as take kSlabSteps steps of columns: half of a
/// second cache of 2 MB. Columns are laid in chunks of kMostChunk steps at most: longer ones would leave few
/// rows to read the weight for.
constexpr std::int64_t kSlabSteps = 512;
constexpr std::int64_t kMostPairs = 16;
constexpr std::int64_t kMostChunk = 80;

/// A result that is gone from the second cache before it is read.
constexpr std::int64_t kLargeBytes = 1 << 20;

/// Blocks that a thread takes at a time with many rows, at most.
constexpr std::int64_t kMostBlocks = 32;

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

/// Rows of x, which has `columns`, as AmxTiles.
void pack_rows(const std::uint16_t* x, std::int64_t rows, std::int64_t columns, std::uint16_t* to) {
  const std::int64_t steps = (columns + kStep - 1) / kStep;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t step = 0; step < steps; ++step) {
      std::uint16_t* place = to + (step * rows + row) * kStep;
      const std::int64_t count = std::min(kStep, columns - step * kStep);
      if (count < kStep) std::memset(place, 0, sizeof(*place) * kStep);
      std::memcpy(place, x + row * columns + step * kStep, sizeof(*place) * static_cast<std::size_t>(count));
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

#if defined(__x86_64__)
namespace {

void product_of_few(const AmxWeight& weight, const std::uint16_t* x, std::int64_t rows, const AmxEnd& end,
                    std::uint16_t* y) {
  const at::Tensor laid = at::empty({rows * weight.steps() * kStep}, at::TensorOptions(at::kBFloat16));
  auto* values = static_cast<std::uint16_t*>(laid.mutable_data_ptr());
  pack_rows(x, rows, weight.k, values);
  const AmxTiles tiles{values, rows};
  const std::int64_t blocks = weight.blocks();
  const std::int64_t share = std::max<std::int64_t>(1, kShareBytes / 2 / weight.block_stride());
  const std::int64_t shares = (blocks + share - 1) / share;
  std::atomic<std::int64_t> next{0};
  for_threads(shares, [&] {
    for (std::int64_t i = next++; i < shares; i = next++) {
      amx_few_rows(weight, tiles, end, y, i * share, std::min(blocks, (i + 1) * share));
    }
  });
}

void product_of_many(const AmxWeight& weight, const std::uint16_t* x, std::int64_t rows, const AmxEnd& end,
                     std::uint16_t* y) {
  const std::int64_t steps = weight.steps();
  const std::int64_t pairs = (rows + 2 * kSide - 1) / (2 * kSide);
  const std::int64_t parts = (steps + kMostChunk - 1) / kMostChunk;
  const std::int64_t chunk = (steps + parts - 1) / parts;
  const std::int64_t most = std::min(pairs, std::clamp<std::int64_t>(kSlabSteps / chunk, 1, kMostPairs));
  const std::int64_t height = most * 2 * kSide;
  const std::int64_t slabs = (rows + height - 1) / height;
  const std::int64_t blocks = weight.blocks();
  const std::int64_t share =
      std::clamp<std::int64_t>(slabs * blocks / (4 * at::get_num_threads()), 1, kMostBlocks);
  const std::int64_t groups = (blocks + share - 1) / share;
  const bool lines = weight.n % kBlock == 0 && reinterpret_cast<std::uintptr_t>(y) % 64 == 0;
  const bool past = lines && rows * weight.n * 2 >= kLargeBytes;
  std::atomic<std::int64_t> next{0};
  for_threads(slabs * groups, [&] {
    const at::TensorOptions plain(at::kFloat);
    const at::Tensor panel = at::empty({height * chunk * kStep}, plain.dtype(at::kBFloat16));
    const at::Tensor sums = at::empty({parts == 1 ? 0 : height * share * kBlock}, plain);
    std::int64_t laid = -1;
    for (std::int64_t i = next++; i < slabs * groups; i = next++) {
      const std::int64_t slab = i / groups;
      const std::int64_t first = i % groups * share;
      const std::int64_t row = slab * height;
      amx_many_rows(weight,
                    {x + row * weight.k, std::min(height, rows - row), chunk,
                     static_cast<std::uint16_t*>(panel.mutable_data_ptr()), sums.mutable_data_ptr<float>()},
                    end, y + row * weight.n, first, std::min(blocks, first + share),
                    parts == 1 && laid == slab, past);
      laid = slab;
    }
  });
}

}  // namespace
#endif

void amx_product(const AmxWeight& weight, const std::uint16_t* x, std::int64_t rows,
                 const std::uint16_t* bias, std::uint16_t* y, bool gelu) {
#if defined(__x86_64__)
  if (rows <= 0) return;
  if (rows <= kSide) {
    product_of_few(weight, x, rows, {bias, gelu}, y);
  } else {
    product_of_many(weight, x, rows, {bias, gelu}, y);
  }
#else
  static_cast<void>(weight), static_cast<void>(x), static_cast<void>(rows), static_cast<void>(bias),
      static_cast<void>(y), static_cast<void>(gelu);
#endif
}

}  // namespace fovea::cpu
