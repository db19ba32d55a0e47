#pragma once

#include "core/api/error.h"
#include "core/api/picture.h"
#include "core/input/vision/processor_config.h"

#include <cstdint>

namespace fovea {

/// Size in pixels.
struct PixelSize {
  std::int64_t width = 0;
  std::int64_t height = 0;

  bool operator==(const PixelSize&) const = default;
};

/// Bounds on an area in pixels; for ResizeRule::kFrames on area times frames.
struct AreaBounds {
  std::int64_t min = 0;
  std::int64_t max = 0;
};

/// `smart_resize` of transformers' models/qwen2_vl/image_processing_qwen2_vl.py: sides rounded (half to even)
/// to multiples of `factor`, scaled until the area lies within the bounds.
/// Errors: kInvalidImage when one side is more than 200 times the other.
Result<PixelSize> resize_picture(PixelSize source, int factor, AreaBounds bounds);

/// `smart_resize` of transformers' models/glm46v/image_processing_glm46v.py, which Qwen3-VL's clips share:
/// the bounds hold for area times frames. A picture goes in as `temporal_factor` frames. Errors: as above;
/// kInvalidVideo when frames < temporal_factor.
Result<PixelSize> resize_frames(std::int64_t frames, PixelSize source, int temporal_factor, int factor,
                                AreaBounds bounds);

/// The checkpoint's bounds with the request's in their place where it sets any. A bound that the request does
/// not set gives way to the one it does.
/// Errors: kInvalidArgument for negative bounds or min over max, naming the field.
Result<AreaBounds> area_bounds(const PixelConfig& config, const PixelBudget& budget);

}  // namespace fovea
