// Compiled for AVX-512 with BF16: see packed_tiles.h.
#include "core/device/cpu/fetch_ahead.h"
#include "core/device/cpu/packed_tiles.h"

#if defined(__AVX512BF16__)

#include <immintrin.h>

namespace fovea::cpu {
namespace {

constexpr std::int64_t kBlock = 64;
constexpr int kVectors = 4;  ///< of 16 sums, for a block

/// totals[row][64] for Rows rows of x: the sums over the columns begin..end, added to what is there unless
/// they are the first. With `ahead`, what follows in the weight is fetched.
template <int Rows>
inline void add_chunk(const std::uint16_t* weight, const std::uint16_t* x, std::int64_t k, std::int64_t begin,
                      std::int64_t end, bool ahead, float* totals) {
  __m512 sums[Rows][kVectors];
  for (int row = 0; row < Rows; ++row) {
    for (int v = 0; v < kVectors; ++v) sums[row][v] = _mm512_setzero_ps();
  }
  for (std::int64_t at = begin; at < end; at += 2) {
    const std::uint16_t* pairs = weight + at * kBlock;
    __m512bh columns[kVectors];
    for (int v = 0; v < kVectors; ++v) {
      if (ahead) _mm_prefetch(reinterpret_cast<const char*>(pairs + v * 32) + kAheadBytes, _MM_HINT_T0);
      columns[v] = reinterpret_cast<__m512bh>(_mm512_loadu_si512(pairs + v * 32));
    }
    for (int row = 0; row < Rows; ++row) {
      std::int32_t pair;
      __builtin_memcpy(&pair, x + row * k + at, sizeof(pair));
      const auto repeated = reinterpret_cast<__m512bh>(_mm512_set1_epi32(pair));
      for (int v = 0; v < kVectors; ++v) {
        sums[row][v] = _mm512_dpbf16_ps(sums[row][v], repeated, columns[v]);
      }
    }
  }
  for (int row = 0; row < Rows; ++row) {
    for (int v = 0; v < kVectors; ++v) {
      float* total = totals + row * kBlock + v * 16;
      _mm512_storeu_ps(total,
                       begin == 0 ? sums[row][v] : _mm512_add_ps(_mm512_loadu_ps(total), sums[row][v]));
    }
  }
}

void add_rows(const std::uint16_t* weight, const std::uint16_t* x, std::int64_t rows, std::int64_t k,
              std::int64_t begin, std::int64_t end, bool ahead, float* totals) {
  static_assert(kMostPackedRows == 4);
  switch (rows) {
    case 1:
      return add_chunk<1>(weight, x, k, begin, end, ahead, totals);
    case 2:
      return add_chunk<2>(weight, x, k, begin, end, ahead, totals);
    case 3:
      return add_chunk<3>(weight, x, k, begin, end, ahead, totals);
    default:
      return add_chunk<4>(weight, x, k, begin, end, ahead, totals);
  }
}

/// Sixteen bf16 numbers as fp32.
inline __m512 widened(const std::uint16_t* from) {
  const __m256i stored = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(stored), 16));
}

}  // namespace

void packed_tiles_avx512(const PackedBf16Weight& weight, const std::uint16_t* x, std::int64_t rows,
                         const std::uint16_t* bias, std::uint16_t* y, std::int64_t first, std::int64_t last) {
  alignas(64) float totals[kMostPackedRows * kBlock];
  const bool ahead = 2 * weight.n * weight.k > kCachedBytes;
  for (std::int64_t block = first; block < last; ++block) {
    const std::uint16_t* values = weight.values + block * kBlock * weight.k;
    for (std::int64_t begin = 0; begin < weight.k; begin += weight.chunk) {
      const std::int64_t end = begin + weight.chunk < weight.k ? begin + weight.chunk : weight.k;
      add_rows(values, x, rows, weight.k, begin, end, ahead, totals);
    }
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::int64_t v = 0; v < kVectors; ++v) {
        const std::int64_t column = block * kBlock + v * 16;
        __m512 sum = _mm512_loadu_ps(totals + row * kBlock + v * 16);
        if (bias != nullptr) sum = _mm512_add_ps(sum, widened(bias + column));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(y + row * weight.n + column),
                            reinterpret_cast<__m256i>(_mm512_cvtneps_pbh(sum)));
      }
    }
  }
}

}  // namespace fovea::cpu

#endif
