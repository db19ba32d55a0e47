#include "core/device/cpu/packed_product.h"

#include "core/device/cpu/packed_tiles.h"
#include "core/device/cpu/parallel.h"

#include <algorithm>
#include <atomic>

namespace fovea::cpu {
namespace {

constexpr std::int64_t kBlock = 64;

/// Weight that a thread takes at a time. Not halves of the whole: memory is not equally fast for every core.
/// Of 256 KB, 1 MB was as good or better for all widths measured.
constexpr std::int64_t kShareBytes = 1 << 20;

}  // namespace

bool has_packed_product() {
#if defined(__x86_64__)
  static const bool yes = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                          __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bf16");
  return yes;
#else
  return false;
#endif
}

void packed_product(const PackedBf16Weight& weight, const std::uint16_t* x, std::int64_t rows,
                    const std::uint16_t* bias, std::uint16_t* y) {
#if defined(__x86_64__)
  const std::int64_t blocks = weight.n / kBlock;
  const std::int64_t share = std::max<std::int64_t>(1, kShareBytes / (2 * kBlock * weight.k));
  const std::int64_t shares = (blocks + share - 1) / share;
  std::atomic<std::int64_t> next{0};
  for_threads(shares, [&] {
    for (std::int64_t i = next++; i < shares; i = next++) {
      packed_tiles_avx512(weight, x, rows, bias, y, i * share, std::min(blocks, (i + 1) * share));
    }
  });
#else
  static_cast<void>(weight), static_cast<void>(x), static_cast<void>(rows), static_cast<void>(bias),
      static_cast<void>(y);
#endif
}

}  // namespace fovea::cpu
