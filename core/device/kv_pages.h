#pragma once

#include <cstdint>
#include <span>

#include <ATen/core/Tensor.h>

namespace fovea {

/// Tokens a page.
inline constexpr std::int64_t kPageTokens = 32;

/// Keys and values of one layer, of all sequences, laid out as what computes reads them
/// (Compute::make_pages()). In int8 a token's key of one head is its integers times their scale, the largest
/// magnitude / 127; its value likewise.
struct KvPages {
  at::Tensor keys;          ///< [pages, …]
  at::Tensor values;        ///< [pages, …]
  at::Tensor key_scales;    ///< fp32, one a token and head; undefined unless int8
  at::Tensor value_scales;  ///< the same
};

/// Rows of a step that belong to one sequence: row first_row + i is the sequence's token begin + i, and token
/// t lives in page pages[t / kPageTokens].
struct PagedRows {
  std::int64_t first_row = 0;
  std::int64_t rows = 0;
  std::int64_t begin = 0;
  std::span<const std::int32_t> pages;
};

}  // namespace fovea
