#pragma once

#include <cstdint>
#include <span>

#include <ATen/core/Tensor.h>

namespace fovea::cpu {

/// Tokens a page.
inline constexpr std::int64_t kPageTokens = 32;

/// Neighbouring elements that are kept side by side: two where a 32-bit word is what the processor multiplies
/// or widens at once (bf16), otherwise one.
constexpr std::int64_t page_pack(at::ScalarType type) {
  return type == at::kBFloat16 ? 2 : 1;
}

/// Keys and values of one layer, of all sequences, laid out as attention reads them. With `pack` =
/// page_pack(type), element e of the key of a page's token t, and of its value, are at
///   keys   [page, head, e / pack, t, e % pack]: one load brings an element of sixteen tokens;
///   values [page, head, t / pack, e, t % pack]: one load brings sixteen elements of a token.
struct KvPages {
  at::Tensor keys;    ///< [pages, kv_heads, head_dim / pack, kPageTokens, pack]
  at::Tensor values;  ///< [pages, kv_heads, kPageTokens / pack, head_dim, pack]
};

/// Rows of a step that belong to one sequence: row first_row + i is the sequence's token begin + i, and token
/// t lives in page pages[t / kPageTokens].
struct PagedRows {
  std::int64_t first_row = 0;
  std::int64_t rows = 0;
  std::int64_t begin = 0;
  std::span<const std::int32_t> pages;
};

}  // namespace fovea::cpu
