#pragma once

#include <cstdint>

namespace fovea::cpu {

/// bf16 products of attention by AMX's tiles, for up to 32 query rows at a time. Each sum is formed in order
/// of the elements or tokens, row by row, whatever rows stand beside it. Call only where amx_products().bf16,
/// and with elements of a head that are a multiple of 32.
struct AttentionRows {
  static constexpr std::int64_t kPage = 32;  ///< tokens of a page
  std::int64_t rows;                         ///< 1 … 32
  std::int64_t dim;                          ///< elements of a head
  std::int64_t stride;                       ///< floats from a row's scores to the next one's

  /// Sets this thread's tiles up; all products of these rows come between it and release().
  void configure() const;
  static void release();

  /// scores [rows, 32 of `stride`] = q · keys of one page. q [rows, dim] bf16; a page is laid as KvPages
  /// says.
  void score(const std::uint16_t* q, const std::uint16_t* keys, float* scores) const;

  /// values [rows, dim] += weights · values of `pages` whole pages. The weights of a row are bf16, one behind
  /// the other from where its scores begin. What stands in a page behind the last token must be numbers.
  void add(const std::uint16_t* const* pages, std::int64_t count, const float* weights, float* values) const;
};

}  // namespace fovea::cpu
