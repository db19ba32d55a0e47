#include "core/device/cpu/widening_product.h"

#include "core/device/cpu/element.h"
#include "core/device/cpu/parallel.h"
#include "core/device/cpu/widening_tiles.h"

#include <algorithm>
#include <cstring>

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

namespace fovea::cpu {
namespace {

constexpr std::int64_t kBlock = WideningWeight::kBlock;

/// Weight that a thread takes at a time with few rows.
constexpr std::int64_t kShareBytes = 1 << 20;

/// Rows that a thread takes at a time.
constexpr std::int64_t kShareRows = 192;

void compute(const WideningWeight& weight, const WideningShare& share) {
#if defined(__x86_64__)
  static const auto tiles = __builtin_cpu_supports("avx512f") != 0 ? widening_tiles_avx512
                            : __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0
                                ? widening_tiles_avx2
                                : widening_tiles_plain;
  tiles(weight, share);
#else
  widening_tiles_plain(weight, share);
#endif
}

/// Rows of k numbers widened, each filled up to `stride` with nought.
FOVEA_VECTOR_CLONES void widen_rows(const std::uint16_t* x, std::int64_t first, std::int64_t last,
                                    std::int64_t k, std::int64_t stride, float* to) {
  for (std::int64_t row = first; row < last; ++row) {
    const auto* from = reinterpret_cast<const c10::BFloat16*>(x + row * k);
    for (std::int64_t i = 0; i < k; ++i) to[row * stride + i] = widen(from[i]);
    for (std::int64_t i = k; i < stride; ++i) to[row * stride + i] = 0.0F;
  }
}

/// Up to 64 weight rows of k numbers as a block, whose `to` is nought where they don't reach. A few pairs of
/// columns at a time, so that what is written stays in the first cache.
void pack_block(const std::uint16_t* from, std::int64_t rows, std::int64_t k, std::uint16_t* to) {
  constexpr std::int64_t kPairs = 16;
  const std::int64_t pairs = (k + 1) / 2;
  if (rows < kBlock || k % 2 != 0) {
    std::memset(to, 0, sizeof(*to) * static_cast<std::size_t>(pairs * kBlock * 2));
  }
  for (std::int64_t begin = 0; begin < pairs; begin += kPairs) {
    const std::int64_t whole = std::min(begin + kPairs, k / 2);
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::int64_t pair = begin; pair < whole; ++pair) {
        std::memcpy(to + (pair * kBlock + row) * 2, from + row * k + pair * 2, 2 * sizeof(*to));
      }
    }
  }
  for (std::int64_t row = 0; k % 2 != 0 && row < rows; ++row) {
    to[((pairs - 1) * kBlock + row) * 2] = from[row * k + k - 1];
  }
}

}  // namespace

bool has_widening_product() {
#if defined(__x86_64__)
  static const bool no = __builtin_cpu_is("amd") != 0 && __builtin_cpu_supports("avx512bf16") != 0;
  return !no;
#else
  return true;
#endif
}

void widening_pack(const std::uint16_t* weight, const WideningWeight& to, std::uint16_t* values) {
  for_ranges(to.blocks(), 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t block = first; block < last; ++block) {
      pack_block(weight + block * kBlock * to.k, std::min(kBlock, to.n - block * kBlock), to.k,
                 values + block * to.pairs() * kBlock * 2);
    }
  });
}

void widening_product(const WideningWeight& weight, const std::uint16_t* x, std::int64_t rows,
                      const std::uint16_t* bias, std::uint16_t* y) {
  if (rows <= 0) return;
  const std::int64_t stride = 2 * weight.pairs();
  const at::Tensor wide = at::empty({rows * stride}, at::TensorOptions(at::kFloat));
  auto* in = wide.mutable_data_ptr<float>();
  constexpr std::int64_t kGrain = 1 << 16;  // numbers that are worth waking a thread for
  for_ranges(
      rows, std::max<std::int64_t>(1, kGrain / std::max<std::int64_t>(1, stride)),
      [&](std::int64_t first, std::int64_t last) { widen_rows(x, first, last, weight.k, stride, in); });
  const std::int64_t blocks =
      rows <= kShareRows / 4 ? std::max<std::int64_t>(1, kShareBytes / (2 * kBlock * stride)) : 1;
  for_tiles(rows, kShareRows, weight.blocks(), blocks,
            [&](std::int64_t row, std::int64_t count, std::int64_t first, std::int64_t last) {
              compute(weight, {in + row * stride, count, bias, y + row * weight.n, first, last});
            });
}

}  // namespace fovea::cpu
