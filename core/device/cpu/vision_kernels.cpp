#include "core/device/cpu/vision_kernels.h"

#include "core/device/cpu/amx_product.h"
#include "core/device/cpu/fp32_product.h"
#include "core/device/cpu/frame_attention_amx.h"
#include "core/device/cpu/parallel.h"
#include "core/device/cpu/widening_product.h"
#include "core/device/operators/row_operators.h"

#include <algorithm>
#include <atomic>

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/native_layer_norm.h>

namespace fovea::cpu {
namespace {

/// Numbers of a piece at least: fewer are done sooner than another thread has begun.
constexpr std::int64_t kPieceNumbers = 32768;

/// Whether the tower's products are this thread's crew's. Where they are a library's, on libgomp's threads,
/// these spin on the crew's cores, and everything stays with them.
bool on_crew(const at::Tensor& x) {
  if (x.scalar_type() == at::kFloat) return has_fp32_product();
  return x.scalar_type() == at::kBFloat16 && (has_amx_product() || has_widening_product());
}

/// work(first, rows) for pieces of n rows of h numbers.
template <typename Work>
void for_rows(std::int64_t n, std::int64_t h, const Work& work) {
  const std::int64_t rows = std::max<std::int64_t>(1, kPieceNumbers / h);
  for_operators((n + rows - 1) / rows, [&](std::int64_t i) { work(i * rows, std::min(rows, n - i * rows)); });
}

#if defined(__x86_64__)
/// frame_attention() into out [n, heads, head_dim], a head of a frame at a time.
void attend_by_tiles(const at::Tensor& heads, std::int64_t frame, float scale, const at::Tensor& out) {
  const at::Tensor all = heads.contiguous();
  const std::int64_t count = all.size(1);
  const std::int64_t n = all.size(2);
  const std::int64_t dim = all.size(3);
  const auto* from = static_cast<const std::uint16_t*>(all.const_data_ptr());
  auto* to = static_cast<std::uint16_t*>(out.mutable_data_ptr());
  const std::int64_t shares = count * (n / frame);
  std::atomic<std::int64_t> next{0};
  for_threads(shares, [&] {
    const at::Tensor room = at::empty({frame_attention_room(frame, dim)}, at::TensorOptions(at::kByte));
    for (std::int64_t i = next++; i < shares; i = next++) {
      const std::int64_t row = i / count * frame;
      const std::uint16_t* q = from + (i % count * n + row) * dim;
      frame_attention_amx({q, q + count * n * dim, q + 2 * count * n * dim, frame, dim, scale,
                           to + (row * count + i % count) * dim, count * dim},
                          room.mutable_data_ptr());
    }
  });
}
#endif

}  // namespace

at::Tensor frame_attention(const at::Tensor& heads, std::int64_t frame, double scale) {
  if (!on_crew(heads)) return operators::frame_attention(heads, frame, scale);
  const std::int64_t n = heads.size(2);
  const std::int64_t count = heads.size(1);
  at::Tensor out = at::empty({n, count, heads.size(3)}, heads.options());
#if defined(__x86_64__)
  if (heads.scalar_type() == at::kBFloat16 && has_amx_product() && heads.size(3) % 2 == 0 &&
      heads.size(3) <= kMostFrameDim) {
    attend_by_tiles(heads, frame, static_cast<float>(scale), out);
    return out.flatten(1);
  }
#endif
  // As its products, bf16 is fastest in fp32 here: a picture of 512² takes a tenth less.
  const bool wide = heads.scalar_type() == at::kBFloat16;
  for_operators(count * (n / frame), [&](std::int64_t i) {
    const std::int64_t first = i / count * frame;
    const at::Tensor head = heads.narrow(1, i % count, 1).narrow(2, first, frame);
    operators::attend(wide ? head.to(at::kFloat) : head, scale,
                      out.narrow(0, first, frame).narrow(1, i % count, 1));
  });
  return out.flatten(1);
}

at::Tensor layer_norm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double eps) {
  const std::int64_t h = x.size(1);
  if (!on_crew(x)) return at::layer_norm(x, {h}, weight, bias, eps);
  at::Tensor y = at::empty_like(x);
  for_rows(x.size(0), h, [&](std::int64_t first, std::int64_t rows) {
    at::Tensor to = y.narrow(0, first, rows);
    at::Tensor mean = at::empty({0}, x.options());
    at::Tensor scale = at::empty({0}, x.options());
    at::native_layer_norm_out(to, mean, scale, x.narrow(0, first, rows), {h}, weight, bias, eps);
  });
  return y;
}

void add(at::Tensor& x, const at::Tensor& delta) {
  if (!on_crew(x)) {
    x.add_(delta);
    return;
  }
  for_rows(x.size(0), x.size(1), [&](std::int64_t first, std::int64_t rows) {
    x.narrow(0, first, rows).add_(delta.narrow(0, first, rows));
  });
}

}  // namespace fovea::cpu
