#pragma once

#include "core/device/cpu/kv_pages.h"

#include <cstdint>
#include <span>

#include <ATen/core/Tensor.h>

namespace fovea::cpu {

/// Causal attention over pages: the row of a sequence's token t sees its tokens 0…t. q [n, query_heads, dim]
/// in fp32, bf16 or fp16, pages in any of these or int8; query_heads a multiple of their heads; of q's rows
/// those that `rows` names are computed. Returns [Σ rows.rows, query_heads·dim] in the order of `rows`,
/// rounded to the type once; everything before that is fp32. A row has the same bits whatever else is
/// computed, in whatever pages its tokens lie and however many threads there are. The score matrix is never
/// built; scratch is a few 10 KB a thread, and for few rows over many tokens their sums by 512 tokens.
at::Tensor paged_attention(const at::Tensor& q, const KvPages& pages, std::span<const PagedRows> rows,
                           double scale);

}  // namespace fovea::cpu
