#include "core/model/vision_pass.h"

#include <utility>

namespace fovea {

VisionPass::VisionPass(const VisionTower& tower, at::Tensor patches, const VisionGrid& grid)
    : tower_(tower), patches_(std::move(patches)), total_(tower.depth()) {
  state_.grid = grid;
}

bool VisionPass::advance() {
  if (finished()) return true;
  if (done_ == 0) {
    state_ = tower_.embed(patches_, state_.grid);
    patches_.reset();
  }
  tower_.run_block(done_, state_);
  if (++done_ == total_) {
    tower_.finish(state_);
    state_.x.reset();
  }
  return finished();
}

VisionFeatures VisionPass::take() {
  TORCH_CHECK(finished());
  return std::exchange(state_.features, {});
}

}  // namespace fovea
