#include "core/device/operators/paged_operators.h"

#include "core/device/compute.h"
#include "core/device/operators/row_operators.h"

#include <algorithm>
#include <optional>

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/scaled_dot_product_attention.h>

namespace fovea::operators {
namespace {

/// Numbers of a mask at most: [rows, tokens], for each query head of a key head.
constexpr std::int64_t kMostMask = std::int64_t{1} << 23;
constexpr std::int64_t kMostRows = 512;

at::TensorOptions indices() {
  return at::TensorOptions().dtype(at::kLong);
}

/// Which of the tokens 0 … seen − 1 the rows of tokens begin … seen − 1 see, once for each of `group`
/// heads, [group · rows, seen] bool; nothing where one row sees all.
std::optional<at::Tensor> causal_mask(std::int64_t begin, std::int64_t seen, std::int64_t group,
                                      at::Device device) {
  if (begin + 1 == seen) return std::nullopt;
  const at::TensorOptions options = indices().device(device);
  const at::Tensor sees =
      at::arange(seen, options).unsqueeze(0).le(at::arange(begin, seen, options).unsqueeze(1));
  return sees.repeat({group, 1});
}

/// Writes x [n, kv_heads, head_dim] to its rows' slots, in the type that pages keep.
void keep(const at::Tensor& x, const at::Tensor& slots, const at::Tensor& pages, const at::Tensor& scales) {
  const at::Tensor kept = pages.flatten(0, 1);
  if (!scales.defined()) {
    constexpr double kMostHalf = 65504.0;
    const bool narrower = pages.scalar_type() == at::kHalf && x.scalar_type() != at::kHalf;
    const at::Tensor within = narrower ? x.clamp(-kMostHalf, kMostHalf) : x;
    kept.index_copy_(0, slots, within.to(pages.scalar_type()));
    return;
  }
  const at::Tensor wide = x.to(at::kFloat);
  const at::Tensor scale = wide.abs().amax(-1, true).div(127.0);
  kept.index_copy_(0, slots, wide.div(scale).nan_to_num(0.0).round().to(at::kChar));
  scales.flatten(0, 1).index_copy_(0, slots, scale);
}

}  // namespace

KvPages make_pages(std::int64_t pages, std::int64_t kv_heads, std::int64_t head_dim, at::ScalarType type,
                   at::Device device) {
  const auto options = at::TensorOptions().dtype(type).device(device);
  KvPages made{at::empty({pages, kPageTokens, kv_heads, head_dim}, options),
               at::empty({pages, kPageTokens, kv_heads, head_dim}, options),
               {},
               {}};
  if (type == at::kChar) {
    made.key_scales = at::empty({pages, kPageTokens, kv_heads, 1}, options.dtype(at::kFloat));
    made.value_scales = at::empty({pages, kPageTokens, kv_heads, 1}, options.dtype(at::kFloat));
  }
  return made;
}

PlacedRows place(std::span<const PagedRows> rows, at::Device device) {
  PlacedRows placed{rows, {}, {}};
  std::int64_t n = 0;
  for (const PagedRows& part : rows) n += part.rows;
  const at::Tensor slots = at::empty({n}, indices());
  auto* next = slots.mutable_data_ptr<std::int64_t>();
  for (const PagedRows& part : rows) {
    const std::int64_t end = part.begin + part.rows;
    for (std::int64_t token = part.begin; token < end; ++token) {
      *next++ = part.pages[static_cast<std::size_t>(token / kPageTokens)] * kPageTokens + token % kPageTokens;
    }
    const std::int64_t held = (end + kPageTokens - 1) / kPageTokens;
    const at::Tensor pages = at::empty({held}, indices());
    std::copy_n(part.pages.begin(), held, pages.mutable_data_ptr<std::int64_t>());
    placed.pages.push_back(pages.to(device));
  }
  placed.slots = slots.to(device);
  return placed;
}

at::Tensor rotate_into_pages(const at::Tensor& qkv, const at::Tensor& cos, const at::Tensor& sin,
                             const DecoderHeads& heads, const PlacedRows& rows, const KvPages& pages) {
  const std::int64_t n = qkv.size(0);
  const at::Tensor by_head = qkv.view({n, heads.query_heads + 2 * heads.kv_heads, heads.head_dim});
  at::Tensor q = by_head.narrow(1, 0, heads.query_heads);
  at::Tensor k = by_head.narrow(1, heads.query_heads, heads.kv_heads);
  const at::Tensor v = by_head.narrow(1, heads.query_heads + heads.kv_heads, heads.kv_heads);
  if (heads.query_norm.defined()) {
    q = rms_norm(q, heads.query_norm, heads.norm_eps);
    k = rms_norm(k, heads.key_norm, heads.norm_eps);
  }
  keep(rotated(k, cos, sin, heads.style), rows.slots, pages.keys, pages.key_scales);
  keep(v, rows.slots, pages.values, pages.value_scales);
  return rotated(q, cos, sin, heads.style);
}

at::Tensor paged_attention(const at::Tensor& q, const KvPages& pages, const PlacedRows& rows, double scale) {
  const std::int64_t heads = pages.keys.size(2);
  const std::int64_t dim = q.size(2);
  const std::int64_t group = q.size(1) / heads;
  std::int64_t n = 0;
  for (const PagedRows& part : rows.rows) n += part.rows;
  at::Tensor out = at::empty({n, heads, group, dim}, q.options());
  std::int64_t out_row = 0;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    const PagedRows& part = rows.rows[i];
    const auto gathered = [&](const at::Tensor& of, const at::Tensor& scales) {
      at::Tensor some = of.index_select(0, rows.pages[i]);
      if (scales.defined()) some = some.to(at::kFloat).mul_(scales.index_select(0, rows.pages[i]));
      return some.to(q.scalar_type()).flatten(0, 1).transpose(0, 1).unsqueeze(0);  // [1, heads, tokens, dim]
    };
    const at::Tensor keys = gathered(pages.keys, pages.key_scales);
    const at::Tensor values = gathered(pages.values, pages.value_scales);
    const std::int64_t most =
        std::clamp<std::int64_t>(kMostMask / (group * (part.begin + part.rows)), 1, kMostRows);
    for (std::int64_t first = 0; first < part.rows; first += most) {
      const std::int64_t count = std::min(most, part.rows - first);
      const std::int64_t begin = part.begin + first;
      const std::int64_t seen = begin + count;
      const at::Tensor asked = q.narrow(0, part.first_row + first, count)
                                   .view({count, heads, group, dim})
                                   .permute({1, 2, 0, 3})
                                   .reshape({1, heads, group * count, dim});
      const at::Tensor attended =
          at::scaled_dot_product_attention(asked, keys.narrow(2, 0, seen), values.narrow(2, 0, seen),
                                           causal_mask(begin, seen, group, q.device()), 0.0, false, scale);
      out.narrow(0, out_row + first, count)
          .copy_(attended.view({heads, group, count, dim}).permute({2, 0, 1, 3}));
    }
    out_row += part.rows;
  }
  return out.view({n, heads * group * dim});
}

}  // namespace fovea::operators
