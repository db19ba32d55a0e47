#include "core/model/vision_attention.h"

#include <cmath>

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/reciprocal.h>
#include <ATen/ops/sin.h>

namespace fovea {

at::Tensor patch_coordinates(std::span<const VisionGrid> grids, std::int64_t merge) {
  std::int64_t n = 0;
  for (const VisionGrid& grid : grids) n += grid.patches();
  at::Tensor out = at::empty({2, n}, at::TensorOptions().dtype(at::kLong));
  auto* rows = out.mutable_data_ptr<std::int64_t>();
  auto* columns = rows + n;
  for (const VisionGrid& grid : grids) {
    for (std::int64_t t = 0; t < grid.t; ++t) {
      for (std::int64_t block_row = 0; block_row < grid.h; block_row += merge) {
        for (std::int64_t block_column = 0; block_column < grid.w; block_column += merge) {
          for (std::int64_t r = 0; r < merge; ++r) {
            for (std::int64_t c = 0; c < merge; ++c) {
              *rows++ = block_row + r;
              *columns++ = block_column + c;
            }
          }
        }
      }
    }
  }
  return out;
}

VisionRope vision_rope(const at::Tensor& coordinates, const VisionConfig& config, at::Device device) {
  const std::int64_t half = config.head_dim() / 2;
  const at::Tensor exponent =
      at::arange(0, half, 2, at::TensorOptions().dtype(at::kFloat)).div_(static_cast<double>(half));
  const at::Tensor inverse =
      at::reciprocal(at::pow(at::Scalar(config.rope_theta), exponent));  // [head_dim / 4]
  const at::Tensor position = coordinates.to(at::kFloat).unsqueeze(-1);  // [2, n, 1]
  const at::Tensor angle = position.mul(inverse);                        // [2, n, head_dim / 4]
  const at::Tensor both = at::cat({angle.select(0, 0), angle.select(0, 1)}, -1);
  return {at::cos(both).to(device), at::sin(both).to(device)};
}

at::Tensor vision_attention(const at::Tensor& qkv, const VisionRope& rope, std::span<const VisionGrid> grids,
                            const VisionConfig& config, const Compute& compute) {
  const std::int64_t n = qkv.size(0);
  const double scale = 1.0 / std::sqrt(static_cast<double>(config.head_dim()));
  const at::Tensor heads =
      compute.rotate_vision(qkv, rope.cos, rope.sin, config.num_heads);  // [3, heads, n, head_dim]
  at::Tensor out;
  std::int64_t first = 0;
  for (const VisionGrid& grid : grids) {
    const at::Tensor own =
        compute.frame_attention(heads.narrow(2, first, grid.patches()), grid.h * grid.w, scale);
    if (grids.size() == 1) return own;
    if (!out.defined()) out = at::empty({n, config.hidden_size}, qkv.options());
    out.narrow(0, first, grid.patches()).copy_(own);
    first += grid.patches();
  }
  return out;
}

}  // namespace fovea
