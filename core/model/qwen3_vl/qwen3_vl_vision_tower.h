#pragma once

#include "core/model/linear.h"
#include "core/model/vision_tower.h"

namespace fovea {

/// Qwen3-VL's tower: LayerNorm blocks with a tanh GELU, position table by bilinear interpolation, and
/// DeepStack: some blocks' outputs are merged too, for the decoder's first layers (models.md 5.1).
class Qwen3VlVisionTower : public VisionTower {
 public:
  Qwen3VlVisionTower(const VisionConfig& config, WeightSource& weights);

  std::int64_t depth() const override { return config_.depth; }
  State embed(const at::Tensor& patches, const VisionGrid& grid) const override;
  void run_block(std::int64_t index, State& state) const override;
  void finish(State& state) const override;
  std::uint64_t weight_bytes() const override { return bytes_; }

 private:
  struct LayerNorm {
    at::Tensor weight;
    at::Tensor bias;
  };
  struct Block {
    LayerNorm norm1;  ///< [hidden]
    LayerNorm norm2;  ///< [hidden]
    Linear qkv;       ///< [3·hidden, hidden]
    Linear proj;      ///< [hidden, hidden]
    Linear fc1;       ///< [mlp, hidden]
    Linear fc2;       ///< [hidden, mlp]
  };
  /// 2 × 2 patches to one token. The final one norms each patch; DeepStack's norm the four together.
  struct Merger {
    LayerNorm norm;  ///< [hidden] or [4·hidden]
    Linear fc1;      ///< [4·hidden, 4·hidden]
    Linear fc2;      ///< [out_hidden, 4·hidden]
    bool norm_merged = false;
  };

  LayerNorm load_norm(const std::string& name, std::int64_t width, WeightSource& weights);
  Linear load_linear(const std::string& name, std::int64_t out, std::int64_t in, WeightSource& weights);
  Merger load_merger(const std::string& name, bool norm_merged, WeightSource& weights);
  at::Tensor norm(const LayerNorm& weights, const at::Tensor& x) const;
  at::Tensor merge(const Merger& merger, const at::Tensor& x) const;
  void add_positions(at::Tensor& x, const at::Tensor& coordinates, std::span<const VisionGrid> grids) const;

  const Compute& compute_;
  VisionConfig config_;
  Linear patch_embed_;         ///< [hidden, 3·2·p·p]: the reference's Conv3d with kernel = stride
  at::Tensor position_table_;  ///< [side², hidden]
  std::vector<Block> blocks_;
  Merger merger_;
  std::vector<Merger> deepstack_;
  std::uint64_t bytes_ = 0;
};

}  // namespace fovea
