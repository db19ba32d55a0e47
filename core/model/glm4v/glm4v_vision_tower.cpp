#include "core/model/glm4v/glm4v_vision_tower.h"

#include "core/model/vision_attention.h"

#include <utility>

#include <ATen/ops/cat.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/grid_sampler.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/stack.h>

namespace fovea {
namespace {

const std::string kPrefix = "model.visual.";
constexpr double kMergerNormEps = 1e-5;
// at::grid_sampler's codes.
constexpr std::int64_t kBicubic = 2;
constexpr std::int64_t kBorder = 1;

}  // namespace

Glm4vVisionTower::Glm4vVisionTower(const VisionConfig& config, WeightSource& weights)
    : compute_(weights.compute()), config_(config) {
  const std::int64_t d = config.hidden_size;
  const std::int64_t p = config.patch_size;
  const std::int64_t out = config.out_hidden_size;
  const std::int64_t merge = config.spatial_merge_size;
  at::Tensor patch = weights.tensor(kPrefix + "patch_embed.proj.weight",
                                    {d, config.in_channels, config.temporal_patch_size, p, p});
  if (patch.defined()) {
    type_ = patch.scalar_type();
    patch = patch.view({d, config.patch_elements()});
  }
  patch_embed_ = keep(Linear(std::move(patch), weights.tensor(kPrefix + "patch_embed.proj.bias", {d}), {},
                             compute_.products()));
  post_conv_norm_ = load_norm(kPrefix + "post_conv_layernorm", d, weights);
  const std::int64_t side = config.position_side;
  at::Tensor table = weights.tensor(kPrefix + "embeddings.position_embedding.weight", {side * side, d});
  if (table.defined()) {
    position_table_ = table.view({side, side, d}).permute({2, 0, 1}).unsqueeze(0).to(at::kFloat).contiguous();
    bytes_ += position_table_.nbytes();
  }
  const LinearFormat format = weights.vision();
  const auto matrix = [&](const std::string& name, std::int64_t rows, std::int64_t columns,
                          at::Tensor bias = {}) {
    return keep(weights.linear(
        name, rows, columns, format,
        [&] {
          return weights.tensor(name, {rows, columns});
        },
        std::move(bias)));
  };
  // Gate and up, one under the other.
  const auto gate_up = [&](const std::string& at, std::int64_t inner, std::int64_t columns) {
    return keep(weights.linear(at + "gate_up_proj.weight", 2 * inner, columns, format, [&] {
      return weights.stacked(
          {{at + "gate_proj.weight", {inner, columns}}, {at + "up_proj.weight", {inner, columns}}});
    }));
  };
  for (std::int64_t i = 0; i < config.depth; ++i) {
    const std::string b = kPrefix + "blocks." + std::to_string(i) + ".";
    Block block;
    block.norm1 = load_norm(b + "norm1", d, weights);
    block.norm2 = load_norm(b + "norm2", d, weights);
    at::Tensor bias = config.qkv_bias ? weights.tensor(b + "attn.qkv.bias", {3 * d}) : at::Tensor();
    block.qkv = matrix(b + "attn.qkv.weight", 3 * d, d, std::move(bias));
    block.proj = matrix(b + "attn.proj.weight", d, d);
    block.gate_up = gate_up(b + "mlp.", config.mlp_size, d);
    block.down = matrix(b + "mlp.down_proj.weight", d, config.mlp_size);
    blocks_.push_back(std::move(block));
  }
  post_norm_ = load_norm(kPrefix + "post_layernorm", d, weights);
  downsample_ = keep(weights.linear(
      kPrefix + "downsample.weight", out, merge * merge * d, format,
      [&] {
        const at::Tensor down = weights.tensor(kPrefix + "downsample.weight", {out, d, merge, merge});
        return down.defined() ? down.permute({0, 2, 3, 1}).reshape({out, merge * merge * d}) : down;
      },
      weights.tensor(kPrefix + "downsample.bias", {out})));
  const std::string m = kPrefix + "merger.";
  merger_proj_ = matrix(m + "proj.weight", out, out);
  merger_norm_weight_ = load_norm(m + "post_projection_norm", out, weights);
  merger_norm_bias_ = weights.tensor(m + "post_projection_norm.bias", {out});
  merger_gate_up_ = gate_up(m, config.merger_mlp_size, out);
  merger_down_ = matrix(m + "down_proj.weight", out, config.merger_mlp_size);
}

at::Tensor Glm4vVisionTower::load_norm(const std::string& name, std::int64_t width, WeightSource& weights) {
  at::Tensor weight = weights.tensor(name + ".weight", {width});
  bytes_ += weight.defined() ? weight.nbytes() : 0;
  return weight;
}

Linear Glm4vVisionTower::keep(Linear linear) {
  bytes_ += linear.bytes();
  return linear;
}

/// The table read at each patch's centre, [n, hidden] in the model's type.
at::Tensor Glm4vVisionTower::positions(const at::Tensor& coordinates,
                                       std::span<const VisionGrid> grids) const {
  std::vector<at::Tensor> points;
  std::int64_t first = 0;
  for (const VisionGrid& grid : grids) {
    const at::Tensor own = coordinates.narrow(1, first, grid.patches()).to(at::kFloat).add_(0.5);
    const at::Tensor y = own.select(0, 0).div(static_cast<double>(grid.h)).mul_(2).sub_(1);
    const at::Tensor x = own.select(0, 1).div(static_cast<double>(grid.w)).mul_(2).sub_(1);
    points.push_back(at::stack({x, y}, -1));
    first += grid.patches();
  }
  const at::Tensor at_points =
      at::cat(points, 0).unsqueeze(0).unsqueeze(2).to(compute_.device());  // [1, n, 1, 2]
  const at::Tensor read =
      at::grid_sampler(position_table_, at_points, kBicubic, kBorder, /*align_corners=*/false);
  return read.squeeze(0).squeeze(-1).transpose(0, 1).to(type_);
}

at::Tensor Glm4vVisionTower::merge(const at::Tensor& x) const {
  const std::int64_t wide = config_.hidden_size * config_.spatial_merge_size * config_.spatial_merge_size;
  const at::Tensor joined = merger_proj_(downsample_(x.view({-1, wide})));
  const at::Tensor y = at::gelu(
      at::layer_norm(joined, {joined.size(-1)}, merger_norm_weight_, merger_norm_bias_, kMergerNormEps));
  return merger_down_(compute_.silu_mul(merger_gate_up_(y)));
}

VisionTower::State Glm4vVisionTower::embed(const at::Tensor& patches, const VisionGrid& grid) const {
  const std::span grids(&grid, 1);
  const at::Tensor coordinates = patch_coordinates(grids, config_.spatial_merge_size);
  State state{grid, vision_rope(coordinates, config_, compute_.device()), {}, {}};
  state.x = compute_.rms_norm(patch_embed_(patches.to(compute_.device(), type_)), post_conv_norm_,
                              config_.norm_eps);
  state.x.add_(positions(coordinates, grids));
  return state;
}

void Glm4vVisionTower::run_block(std::int64_t index, State& state) const {
  const Block& block = blocks_[static_cast<std::size_t>(index)];
  at::Tensor& x = state.x;
  compute_.add(x, block.proj(vision_attention(block.qkv(compute_.rms_norm(x, block.norm1, config_.norm_eps)),
                                              state.rope, std::span(&state.grid, 1), config_, compute_)));
  compute_.add(
      x, block.down(compute_.silu_mul(block.gate_up(compute_.rms_norm(x, block.norm2, config_.norm_eps)))));
}

void Glm4vVisionTower::finish(State& state) const {
  state.features.merged = merge(compute_.rms_norm(state.x, post_norm_, config_.norm_eps));
}

}  // namespace fovea
