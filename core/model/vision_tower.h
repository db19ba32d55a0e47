#pragma once

#include "core/model/config.h"
#include "core/model/mrope_positions.h"
#include "core/model/progress.h"
#include "core/model/weight_source.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea {

/// What the decoder reads of pictures: one row a merged token (2 × 2 patches), in the order of the patches.
struct VisionFeatures {
  at::Tensor merged;                  ///< [v, hidden]; undefined if the observer stopped the work
  std::vector<at::Tensor> deepstack;  ///< Qwen: one [v, hidden] a tap
};

/// A family's vision tower. Immutable after loading.
class VisionTower {
 public:
  virtual ~VisionTower() = default;

  /// patches [n, 3·2·p·p] fp32, all grids one after the other in merge-block order (models.md 3.5); attention
  /// stays within each frame.
  virtual VisionFeatures encode(const at::Tensor& patches, std::span<const VisionGrid> grids,
                                const ComputeObserver& observer) const = 0;

  virtual std::uint64_t weight_bytes() const = 0;
};

std::unique_ptr<VisionTower> make_vision_tower(const ModelConfig& config, WeightSource& weights);

}  // namespace fovea
