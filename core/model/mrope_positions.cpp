#include "core/model/mrope_positions.h"

#include <algorithm>

namespace fovea {
namespace {

enum class Kind { kText, kImage, kVideo };

std::vector<Kind> kinds_of(std::span<const std::int32_t> ids, const ModelConfig& config) {
  std::vector<Kind> kinds(ids.size(), Kind::kText);
  std::int64_t open = 0;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (config.family == ModelFamily::kGlm4v) {
      open += ids[i] == config.video_start_token_id ? 1 : 0;
      open -= ids[i] == config.video_end_token_id ? 1 : 0;
      if (ids[i] == config.image_token_id) kinds[i] = open > 0 ? Kind::kVideo : Kind::kImage;
    } else {
      if (ids[i] == config.image_token_id) kinds[i] = Kind::kImage;
      if (ids[i] == config.video_token_id) kinds[i] = Kind::kVideo;
    }
  }
  return kinds;
}

/// Grids one temporal patch each, handed out in order.
class Grids {
 public:
  explicit Grids(std::span<const VisionGrid> grids) {
    for (const VisionGrid& grid : grids) {
      for (std::int64_t t = 0; t < grid.t; ++t) frames_.push_back({1, grid.h, grid.w});
    }
  }
  const VisionGrid* next() { return used_ < frames_.size() ? &frames_[used_++] : nullptr; }
  bool all_used() const { return used_ == frames_.size(); }

 private:
  std::vector<VisionGrid> frames_;
  std::size_t used_ = 0;
};

Error mismatch() {
  return Error{ErrorCode::kInternal, "The prompt's picture tokens and the pictures don't fit together.",
               "Remove the pictures and add them again.", ""};
}

}  // namespace

VisionSlots find_vision_slots(std::span<const std::int32_t> ids, const ModelConfig& config) {
  const std::vector<Kind> kinds = kinds_of(ids, config);
  VisionSlots slots;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] == Kind::kImage) slots.image.push_back(static_cast<std::int64_t>(i));
    if (kinds[i] == Kind::kVideo) slots.video.push_back(static_cast<std::int64_t>(i));
  }
  return slots;
}

Result<RopePositions> rope_positions(std::span<const std::int32_t> ids, const ModelConfig& config,
                                     std::span<const VisionGrid> images, std::span<const VisionGrid> videos) {
  const std::vector<Kind> kinds = kinds_of(ids, config);
  const std::int64_t merge = config.vision.spatial_merge_size;
  Grids image_grids(images);
  Grids video_grids(videos);
  RopePositions out;
  for (auto& axis : out.axes) axis.reserve(ids.size());

  std::int64_t current = 0;
  std::int64_t highest = -1;
  std::size_t i = 0;
  while (i < kinds.size()) {
    std::size_t end = i;
    while (end < kinds.size() && kinds[end] == kinds[i]) ++end;
    const auto length = static_cast<std::int64_t>(end - i);
    if (kinds[i] == Kind::kText) {
      for (std::int64_t k = 0; k < length; ++k) {
        for (auto& axis : out.axes) axis.push_back(current + k);
      }
      current += length;
      highest = current - 1;
    } else {
      const VisionGrid* grid = kinds[i] == Kind::kImage ? image_grids.next() : video_grids.next();
      if (grid == nullptr) return mismatch();
      const std::int64_t rows = grid->h / merge;
      const std::int64_t columns = grid->w / merge;
      if (rows * columns != length) return mismatch();
      for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t c = 0; c < columns; ++c) {
          out.axes[0].push_back(current);
          out.axes[1].push_back(current + r);
          out.axes[2].push_back(current + c);
        }
      }
      highest = std::max(highest, current + std::max(rows, columns) - 1);
      current += std::max(grid->h, grid->w) / merge;
    }
    i = end;
  }
  if (!image_grids.all_used() || !video_grids.all_used()) return mismatch();
  out.delta = highest + 1 - static_cast<std::int64_t>(ids.size());
  return out;
}

}  // namespace fovea
