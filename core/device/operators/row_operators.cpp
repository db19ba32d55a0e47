#include "core/device/operators/row_operators.h"

#include <algorithm>
#include <array>
#include <tuple>

#include <ATen/ops/cat.h>
#include <ATen/ops/embedding.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/rsqrt.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/stack.h>

namespace fovea::operators {
namespace {

/// An axis of a table of `side` lines, read at patches index/(count − 1) of its way: the two lines that each
/// patch lies between, [2, n] int64, and what each counts for, [2, n] fp32.
std::tuple<at::Tensor, at::Tensor> taps(const at::Tensor& index, std::int64_t count, std::int64_t side) {
  const at::Tensor source = index.to(at::kFloat)
                                .mul_(static_cast<double>(side - 1))
                                .div_(static_cast<double>(std::max<std::int64_t>(count - 1, 1)));
  const at::Tensor low = source.floor();
  const at::Tensor far = source.sub(low);
  const at::Tensor line = low.to(at::kLong);
  return {at::stack({line, line.add(1)}).clamp_(0, side - 1),
          at::stack({far.neg().add_(1.0), far.sub(1.0).abs_().neg_().add_(1.0)}).clamp_min_(0.0)};
}

}  // namespace

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
  const at::Tensor wide = x.to(at::kFloat);
  const at::Tensor scale = at::rsqrt(wide.square().mean(-1, true).add_(eps));
  return wide.mul(scale).to(x.scalar_type()).mul_(weight);
}

at::Tensor rotated(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin, RopeStyle style) {
  const std::int64_t half = cos.size(1);
  const at::Tensor c = cos.unsqueeze(1);  // [n, 1, R/2]
  const at::Tensor s = sin.unsqueeze(1);
  at::Tensor turned = x.narrow(-1, 0, 2 * half);
  const bool halves = style == RopeStyle::kHalves;
  const at::Tensor pairs =
      halves ? turned.unflatten(-1, {2, half}) : turned.unflatten(-1, {half, 2}).transpose(-1, -2);
  const at::Tensor a = pairs.select(-2, 0);  // [n, heads, R/2]
  const at::Tensor b = pairs.select(-2, 1);
  const std::array<at::Tensor, 2> both = {a.mul(c).add_(b.neg().mul_(s)), b.mul(c).add_(a.mul(s))};
  turned = halves ? at::cat(both, -1) : at::stack(both, -1).flatten(-2);
  const std::int64_t rest = x.size(-1) - 2 * half;
  return rest == 0 ? turned : at::cat({turned, x.narrow(-1, 2 * half, rest)}, -1);
}

at::Tensor rotate_vision(const at::Tensor& qkv, const at::Tensor& cos, const at::Tensor& sin,
                         std::int64_t heads) {
  const std::int64_t n = qkv.size(0);
  const std::int64_t dim = qkv.size(1) / (3 * heads);
  const at::Tensor parts = qkv.view({n, 3, heads, dim});
  const at::Tensor q_k = parts.narrow(1, 0, 2).reshape({n, 2 * heads, dim}).to(at::kFloat);
  const at::Tensor turned = rotated(q_k, cos, sin, RopeStyle::kHalves).to(qkv.scalar_type());
  const at::Tensor all = at::cat({turned.view({n, 2, heads, dim}), parts.narrow(1, 2, 1)}, 1);
  return all.permute({1, 2, 0, 3}).contiguous();
}

void attend(const at::Tensor& heads, double scale, const at::Tensor& out) {
  const at::Tensor part = heads.unsqueeze(1);  // [3, 1, heads, n, head_dim]
  const at::Tensor attended = at::scaled_dot_product_attention(part.select(0, 0), part.select(0, 1),
                                                               part.select(0, 2), {}, 0.0, false, scale);
  out.copy_(attended.squeeze(0).transpose(0, 1));
}

at::Tensor frame_attention(const at::Tensor& heads, std::int64_t frame, double scale) {
  const std::int64_t n = heads.size(2);
  at::Tensor out = at::empty({n, heads.size(1), heads.size(3)}, heads.options());
  for (std::int64_t first = 0; first < n; first += frame) {
    attend(heads.narrow(2, first, frame), scale, out.narrow(0, first, frame));
  }
  return out.flatten(1);
}

void add_bilinear_positions(at::Tensor& x, const at::Tensor& table, const at::Tensor& coordinates,
                            std::int64_t side, std::int64_t height, std::int64_t width) {
  const auto [rows, down] = taps(coordinates.select(0, 0).to(x.device()), height, side);
  const auto [columns, across] = taps(coordinates.select(0, 1).to(x.device()), width, side);
  at::Tensor sum;  // [n, d] fp32
  for (std::int64_t k = 0; k < 4; ++k) {
    const at::Tensor line = rows.select(0, k / 2).mul(side).add_(columns.select(0, k % 2));
    const at::Tensor weight = down.select(0, k / 2).mul(across.select(0, k % 2)).unsqueeze(-1);
    const at::Tensor part = at::embedding(table, line).to(at::kFloat).mul(weight);
    sum = sum.defined() ? sum.add_(part) : part;
  }
  x.add_(sum.to(x.scalar_type()));
}

}  // namespace fovea::operators
