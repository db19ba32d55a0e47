#pragma once

#include "core/model/config.h"
#include "core/model/mrope_positions.h"
#include "core/model/vision_attention.h"
#include "core/model/weight_source.h"

#include <cstdint>
#include <memory>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea {

/// What the decoder reads of pictures: one row a merged token (2 × 2 patches), in the order of the patches.
struct VisionFeatures {
  at::Tensor merged;                  ///< [v, hidden]; undefined: none
  std::vector<at::Tensor> deepstack;  ///< Qwen: one [v, hidden] a tap
};

/// A family's vision tower, in pieces that VisionPass puts together. Immutable after loading.
class VisionTower {
 public:
  /// One picture or clip between two blocks.
  struct State {
    VisionGrid grid;
    VisionRope rope;
    at::Tensor x;  ///< [n, hidden of the tower]
    VisionFeatures features;
  };

  virtual ~VisionTower() = default;

  virtual std::int64_t depth() const = 0;

  /// patches [n, 3·2·p·p] fp32 in merge-block order (models.md 3.5) → what the first block reads.
  virtual State embed(const at::Tensor& patches, const VisionGrid& grid) const = 0;
  /// Attention stays within each frame.
  virtual void run_block(std::int64_t index, State& state) const = 0;
  /// After the last block: fills in features.merged.
  virtual void finish(State& state) const = 0;

  virtual std::uint64_t weight_bytes() const = 0;
};

std::unique_ptr<VisionTower> make_vision_tower(const ModelConfig& config, WeightSource& weights);

}  // namespace fovea
