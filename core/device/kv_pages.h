#pragma once

#include <cstdint>
#include <span>

#include <ATen/core/Tensor.h>

namespace fovea {

/// Tokens a page.
inline constexpr std::int64_t kPageTokens = 32;

/// Keys and values of one layer, of all sequences, laid out as what computes reads them
/// (Compute::make_pages()).
struct KvPages {
  at::Tensor keys;    ///< [pages, …]
  at::Tensor values;  ///< [pages, …]
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
