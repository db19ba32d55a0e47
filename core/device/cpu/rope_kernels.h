#pragma once

#include "core/device/cpu/kv_pages.h"
#include "core/device/decoder_heads.h"

#include <cstdint>
#include <span>

#include <ATen/core/Tensor.h>

namespace fovea::cpu {

/// Splits qkv into heads, norms and rotates q and k, writes k and v into the pages of their sequences: one
/// pass instead of a dozen operators. Every product and sum is rounded to the element type, as the reference
/// does. qkv [n, (query_heads + 2·kv_heads)·head_dim]; cos, sin [n, R/2] of the same type; `rows` cover all n
/// rows. What pages keep in another type is rounded once more (kv_store.h). Where values are packed, what
/// shares a pack with the last token of a part is set to zero. Returns q [n, query_heads, head_dim].
at::Tensor rotate_into_pages(const at::Tensor& qkv, const at::Tensor& cos, const at::Tensor& sin,
                             const DecoderHeads& heads, std::span<const PagedRows> rows,
                             const KvPages& pages);

/// Vision towers: rotates q and k in fp32, rounds once, and lays q, k and v out by head.
/// qkv [n, 3·heads·head_dim]; cos, sin [n, head_dim/2] fp32, pairs (i, i + head_dim/2).
/// Returns [3, heads, n, head_dim]: q, k, v.
at::Tensor rotate_vision(const at::Tensor& qkv, const at::Tensor& cos, const at::Tensor& sin,
                         std::int64_t heads);

}  // namespace fovea::cpu
