#include "core/model/qwen3_vl/qwen3_vl_vision_tower.h"

#include "core/model/vision_attention.h"

#include <utility>

namespace fovea {
namespace {

const std::string kVisionPrefix = "model.visual.";

}  // namespace

Qwen3VlVisionTower::Qwen3VlVisionTower(const VisionConfig& config, WeightSource& weights)
    : compute_(weights.compute()), config_(config) {
  const std::int64_t d = config.hidden_size;
  const std::int64_t p = config.patch_size;
  at::Tensor patch = weights.tensor(kVisionPrefix + "patch_embed.proj.weight",
                                    {d, config.in_channels, config.temporal_patch_size, p, p});
  if (patch.defined()) patch = patch.view({d, config.patch_elements()});
  patch_embed_ = Linear(std::move(patch), weights.tensor(kVisionPrefix + "patch_embed.proj.bias", {d}), {},
                        compute_.products());
  position_table_ =
      weights.tensor(kVisionPrefix + "pos_embed.weight", {config.position_side * config.position_side, d});
  bytes_ += patch_embed_.bytes() + (position_table_.defined() ? position_table_.nbytes() : 0);
  for (std::int64_t i = 0; i < config.depth; ++i) {
    const std::string b = kVisionPrefix + "blocks." + std::to_string(i) + ".";
    Block block;
    block.norm1 = load_norm(b + "norm1", d, weights);
    block.norm2 = load_norm(b + "norm2", d, weights);
    block.qkv = load_linear(b + "attn.qkv", 3 * d, d, weights);
    block.proj = load_linear(b + "attn.proj", d, d, weights);
    block.fc1 = load_linear(b + "mlp.linear_fc1", config.mlp_size, d, weights);
    block.fc2 = load_linear(b + "mlp.linear_fc2", d, config.mlp_size, weights);
    blocks_.push_back(std::move(block));
  }
  merger_ = load_merger(kVisionPrefix + "merger", false, weights);
  for (std::size_t k = 0; k < config.deepstack_layers.size(); ++k) {
    deepstack_.push_back(
        load_merger(kVisionPrefix + "deepstack_merger_list." + std::to_string(k), true, weights));
  }
}

Qwen3VlVisionTower::LayerNorm Qwen3VlVisionTower::load_norm(const std::string& name, std::int64_t width,
                                                            WeightSource& weights) {
  return {weights.tensor(name + ".weight", {width}), weights.tensor(name + ".bias", {width})};
}

Linear Qwen3VlVisionTower::load_linear(const std::string& name, std::int64_t out, std::int64_t in,
                                       WeightSource& weights) {
  Linear linear = weights.linear(
      name + ".weight", out, in, weights.vision(),
      [&] {
        return weights.tensor(name + ".weight", {out, in});
      },
      weights.tensor(name + ".bias", {out}));
  bytes_ += linear.bytes();
  return linear;
}

Qwen3VlVisionTower::Merger Qwen3VlVisionTower::load_merger(const std::string& name, bool norm_merged,
                                                           WeightSource& weights) {
  const std::int64_t wide = config_.hidden_size * config_.spatial_merge_size * config_.spatial_merge_size;
  Merger merger;
  merger.norm_merged = norm_merged;
  merger.norm = load_norm(name + ".norm", norm_merged ? wide : config_.hidden_size, weights);
  merger.fc1 = load_linear(name + ".linear_fc1", wide, wide, weights);
  merger.fc2 = load_linear(name + ".linear_fc2", config_.out_hidden_size, wide, weights);
  return merger;
}

at::Tensor Qwen3VlVisionTower::norm(const LayerNorm& weights, const at::Tensor& x) const {
  return compute_.layer_norm(x, weights.weight, weights.bias, config_.norm_eps);
}

at::Tensor Qwen3VlVisionTower::merge(const Merger& merger, const at::Tensor& x) const {
  const std::int64_t wide = config_.hidden_size * config_.spatial_merge_size * config_.spatial_merge_size;
  const at::Tensor grouped =
      merger.norm_merged ? norm(merger.norm, x.view({-1, wide})) : norm(merger.norm, x).view({-1, wide});
  return merger.fc2(merger.fc1.gelu(grouped, /*tanh_form=*/false));
}

/// The table read at each patch's place as if stretched over the picture with its corners aligned.
void Qwen3VlVisionTower::add_positions(at::Tensor& x, const at::Tensor& coordinates,
                                       std::span<const VisionGrid> grids) const {
  std::int64_t first = 0;
  for (const VisionGrid& grid : grids) {
    const std::int64_t n = grid.patches();
    at::Tensor rows = x.narrow(0, first, n);
    compute_.add_bilinear_positions(rows, position_table_, coordinates.narrow(1, first, n),
                                    config_.position_side, grid.h, grid.w);
    first += n;
  }
}

VisionTower::State Qwen3VlVisionTower::embed(const at::Tensor& patches, const VisionGrid& grid) const {
  const std::span grids(&grid, 1);
  const at::Tensor coordinates = patch_coordinates(grids, config_.spatial_merge_size);
  State state{grid, vision_rope(coordinates, config_, compute_.device()), {}, {}};
  state.x = patch_embed_(patches.to(position_table_.options()));
  add_positions(state.x, coordinates, grids);
  return state;
}

void Qwen3VlVisionTower::run_block(std::int64_t index, State& state) const {
  const Block& block = blocks_[static_cast<std::size_t>(index)];
  at::Tensor& x = state.x;
  compute_.add(x, block.proj(vision_attention(block.qkv(norm(block.norm1, x)), state.rope,
                                              std::span(&state.grid, 1), config_, compute_)));
  compute_.add(x, block.fc2(block.fc1.gelu(norm(block.norm2, x), /*tanh_form=*/true)));
  for (std::size_t k = 0; k < deepstack_.size(); ++k) {
    if (config_.deepstack_layers[k] == index) state.features.deepstack.push_back(merge(deepstack_[k], x));
  }
}

void Qwen3VlVisionTower::finish(State& state) const {
  state.features.merged = merge(merger_, state.x);
}

}  // namespace fovea
