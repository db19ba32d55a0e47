#pragma once

#include <cstdint>

namespace fovea::cpu {

/// A bf16 weight [n, k] as oneDNN lays it for its kernels with bf16 products: blocks of 64 rows, in each of
/// them the pairs of columns one behind the other, [n / 64][k / 2][64][2]. Not owned.
struct PackedBf16Weight {
  const std::uint16_t* values = nullptr;
  std::int64_t n = 0;  ///< a multiple of 64
  std::int64_t k = 0;  ///< even
  /// Columns that are added up before their sum is added to the row's: oneDNN's kernels hold their sums so
  /// far in registers and put them by after so many. A multiple of 2, or k.
  std::int64_t chunk = 0;
};

/// Rows of x that packed_product() takes: with more, oneDNN's own kernels were as fast (measured from 1 to
/// 24).
constexpr std::int64_t kMostPackedRows = 4;

/// Whether this processor has the instructions that packed_product() needs (AVX-512 with BF16).
bool has_packed_product();

/// y [rows, n] = x [rows, k] · weightᵀ + bias, in bf16, for 1 to kMostPackedRows rows. Sums are fp32 in the
/// order of oneDNN's kernels (vdpbf16ps over the pairs of a chunk, chunks in turn, then the bias), so that
/// the bits are theirs as long as `chunk` is; the caller makes sure of that. The weight is read from memory
/// once, as one stream a thread: 73 GB/s on two cores of an EPYC Zen 5 where oneDNN's kernel read 59. `bias`
/// [n] may be null. Call only where has_packed_product().
void packed_product(const PackedBf16Weight& weight, const std::uint16_t* x, std::int64_t rows,
                    const std::uint16_t* bias, std::uint16_t* y);

}  // namespace fovea::cpu
