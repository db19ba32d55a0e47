#pragma once

#include "core/device/decoder_heads.h"
#include "core/device/kv_pages.h"

#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea {
struct PlacedRows;
}

namespace fovea::operators {

/// Pages as they are gathered: keys and values [pages, kPageTokens, kv_heads, head_dim], scales of int8
/// [pages, kPageTokens, kv_heads, 1].
KvPages make_pages(std::int64_t pages, std::int64_t kv_heads, std::int64_t head_dim, at::ScalarType type,
                   at::Device device);

PlacedRows place(std::span<const PagedRows> rows, at::Device device);

/// See Compute::rotate_into_pages().
at::Tensor rotate_into_pages(const at::Tensor& qkv, const at::Tensor& cos, const at::Tensor& sin,
                             const DecoderHeads& heads, const PlacedRows& rows, const KvPages& pages);

/// See Compute::paged_attention(). A sequence's pages are gathered into one tensor and read by
/// scaled_dot_product_attention, some of its rows at a time; the query heads of a key head stand as rows, so
/// that no key is repeated and every kernel of libtorch's takes it.
at::Tensor paged_attention(const at::Tensor& q, const KvPages& pages, const PlacedRows& rows, double scale);

}  // namespace fovea::operators
