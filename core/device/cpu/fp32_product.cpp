#include "core/device/cpu/fp32_product.h"

#include "core/device/cpu/fp32_tiles.h"
#include "core/device/cpu/parallel.h"

#include <algorithm>

namespace fovea::cpu {
namespace {

/// Weight that a thread takes at a time with few rows.
constexpr std::int64_t kShareBytes = 1 << 17;

/// Rows that a thread takes at a time.
constexpr std::int64_t kShareRows = 192;

bool has_avx512() {
#if defined(__x86_64__)
  static const bool yes = __builtin_cpu_supports("avx512f") != 0;
  return yes;
#else
  return false;
#endif
}

void compute(const Fp32Weight& weight, const Fp32Share& share) {
#if defined(__x86_64__)
  has_avx512() ? fp32_tiles_avx512(weight, share) : fp32_tiles_avx2(weight, share);
#else
  static_cast<void>(weight), static_cast<void>(share);
#endif
}

}  // namespace

bool has_fp32_product() {
#if defined(__x86_64__)
  static const bool yes =
      has_avx512() || (__builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0);
  return yes;
#else
  return false;
#endif
}

void fp32_pack(const float* weight, const Fp32Weight& packed, float* to) {
  constexpr std::int64_t kBlock = Fp32Weight::kBlock;
  for_ranges(packed.blocks(), 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t block = first; block < last; ++block) {
      const std::int64_t width = std::min(kBlock, packed.n - block * kBlock);
      const float* const from = weight + block * kBlock * packed.k;
      float* const values = to + block * kBlock * packed.k;
      for (std::int64_t i = 0; i < width; ++i) {
        for (std::int64_t at = 0; at < packed.k; ++at) values[at * width + i] = from[i * packed.k + at];
      }
    }
  });
}

void fp32_product(const Fp32Weight& weight, const float* x, std::int64_t rows, const float* bias, float* y) {
  const std::int64_t block_bytes = Fp32Weight::kBlock * weight.k * static_cast<std::int64_t>(sizeof(float));
  const std::int64_t blocks =
      rows <= kShareRows / 4 ? std::max<std::int64_t>(1, kShareBytes / block_bytes) : std::int64_t{1};
  for_tiles(rows, kShareRows, weight.blocks(), blocks,
            [&](std::int64_t row, std::int64_t count, std::int64_t first, std::int64_t last) {
              compute(weight, {x + row * weight.k, count, bias, y + row * weight.n, first, last});
            });
}

}  // namespace fovea::cpu
