#pragma once

#include "core/model/linear.h"
#include "core/model/vision_tower.h"

namespace fovea {

/// GLM-4V's tower: RMSNorm blocks with a gated MLP, position table by bicubic interpolation, 2 × 2 patches
/// joined by a strided convolution and a gated merger (models.md 5.2).
class Glm4vVisionTower : public VisionTower {
 public:
  Glm4vVisionTower(const VisionConfig& config, WeightSource& weights);

  std::int64_t depth() const override { return config_.depth; }
  State embed(const at::Tensor& patches, const VisionGrid& grid) const override;
  void run_block(std::int64_t index, State& state) const override;
  void finish(State& state) const override;
  std::uint64_t weight_bytes() const override { return bytes_; }

 private:
  struct Block {
    at::Tensor norm1;  ///< [hidden]
    at::Tensor norm2;  ///< [hidden]
    Linear qkv;        ///< [3·hidden, hidden]
    Linear proj;       ///< [hidden, hidden]
    Linear gate_up;    ///< [2·mlp, hidden]
    Linear down;       ///< [hidden, mlp]
  };

  at::Tensor load_norm(const std::string& name, std::int64_t width, WeightSource& weights);
  Linear keep(Linear linear);
  at::Tensor positions(const at::Tensor& coordinates, std::span<const VisionGrid> grids) const;
  at::Tensor merge(const at::Tensor& x) const;

  const Compute& compute_;
  VisionConfig config_;
  Linear patch_embed_;         ///< [hidden, 3·2·p·p]: the reference's Conv3d with kernel = stride
  at::Tensor post_conv_norm_;  ///< [hidden]
  at::Tensor position_table_;  ///< [1, hidden, side, side] fp32
  std::vector<Block> blocks_;
  at::Tensor post_norm_;           ///< [hidden]
  Linear downsample_;              ///< [out, 4·hidden]: Conv2d 2 × 2, stride 2, over (row, column, channel)
  Linear merger_proj_;             ///< [out, out]
  at::Tensor merger_norm_weight_;  ///< [out]
  at::Tensor merger_norm_bias_;    ///< [out]
  Linear merger_gate_up_;          ///< [2·merger_mlp, out]
  Linear merger_down_;             ///< [out, merger_mlp]
  at::ScalarType type_ = at::kFloat;
  std::uint64_t bytes_ = 0;
};

}  // namespace fovea
