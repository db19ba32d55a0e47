#pragma once

#include "core/model/vision_tower.h"

#include <cstdint>

namespace fovea {

/// One picture or clip on its way through the tower, a block at a time, so that others may be served in
/// between. Alone in its products: its features never depend on what else is encoded. The model must outlive
/// it. One thread at a time.
class VisionPass {
 public:
  /// patches [n, 3·2·p·p] fp32 contiguous.
  VisionPass(const VisionTower& tower, at::Tensor patches, const VisionGrid& grid);

  /// Runs one block (the first also embeds, the last also merges). Returns whether that was the last.
  bool advance();

  std::int64_t done() const { return done_; }    ///< blocks so far
  std::int64_t total() const { return total_; }  ///< blocks in all
  bool finished() const { return done_ == total_; }

  /// The features, once finished.
  VisionFeatures take();

 private:
  const VisionTower& tower_;
  at::Tensor patches_;  ///< until they are embedded
  VisionTower::State state_;
  std::int64_t done_ = 0;
  std::int64_t total_;
};

}  // namespace fovea
