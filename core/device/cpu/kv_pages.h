#pragma once

#include "core/device/kv_pages.h"

#include <cstdint>

namespace fovea::cpu {

/// Neighbouring elements that are kept side by side: two where a 32-bit word is what the processor multiplies
/// or widens at once (bf16), otherwise one.
constexpr std::int64_t page_pack(at::ScalarType type) {
  return type == at::kBFloat16 ? 2 : 1;
}

/// Pages as our kernels read them; nothing is in them yet. With `pack` = page_pack(type), element e of the
/// key of a page's token t, and of its value, are at
///   keys   [page, head, e / pack, t, e % pack]: one load brings an element of sixteen tokens;
///   values [page, head, t / pack, e, t % pack]: one load brings sixteen elements of a token.
/// Scales of int8 are [page, head, t]. head_dim is a multiple of pack.
KvPages make_pages(std::int64_t pages, std::int64_t kv_heads, std::int64_t head_dim, at::ScalarType type);

}  // namespace fovea::cpu
