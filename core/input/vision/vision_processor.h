#pragma once

#include "core/api/error.h"
#include "core/api/generation_event.h"
#include "core/api/picture.h"
#include "core/input/vision/processor_config.h"

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace fovea {

/// Patches of one picture or clip: t temporal patches of h × w.
struct PatchGrid {
  std::int64_t t = 0;
  std::int64_t h = 0;
  std::int64_t w = 0;

  std::int64_t patches() const { return t * h * w; }
};

/// A picture or clip as the vision encoder takes it.
struct VisionPatches {
  /// [t·h·w, 3·temporal_patch_size·patch_size²] float32 on the CPU. Rows go by (t, h/merge, w/merge, merge,
  /// merge): merge² neighbours in a row make one vision token. Columns go by (channel, frame, y, x).
  at::Tensor patches;
  PatchGrid grid;
  VisionInput seen;
  /// Of a clip, in seconds, one a temporal patch: what the prompt's labels say (timestamp_label).
  std::vector<double> timestamps;
};

/// Turns pixels into patches, to the bit as transformers' processors on torchvision do: antialiased bicubic
/// resize on bytes (libtorch's own kernel), then normalisation. Immutable; any thread.
class VisionProcessor {
 public:
  explicit VisionProcessor(VisionProcessorConfig config);

  const VisionProcessorConfig& config() const { return config_; }

  /// What process_image would make of a picture of this size. Touches no pixels.
  /// Errors: kInvalidImage for a side of 0 or a shape out of proportion (over 200 : 1); kInvalidArgument for
  /// a budget that makes no sense; kTooLarge when the budget asks for more pixels than this program takes.
  Result<VisionInput> plan_image(int width, int height, const PixelBudget& budget) const;

  /// Patches of a decoded picture, grid [1, h, w]. Costs 24 bytes a resized pixel. Errors as plan_image.
  Result<VisionPatches> process_image(const RgbImage& image, const PixelBudget& budget) const;

  /// What process_video would make of a clip. Reads the clip once, to count its frames, but keeps none.
  Result<VisionInput> plan_video(const VideoInput& clip, const PixelBudget& budget) const;

  /// Reads a clip forward and makes patches of the sampled frames; holds one frame at a time.
  /// Errors: kInvalidVideo for a clip that cannot be read or has under two frames to show; kNotFound for a
  /// file that is not there; kInvalidArgument for a sampling that makes no sense; kTooLarge over a limit
  /// (video_loader.h); kUnsupported when the checkpoint has no settings for clips.
  Result<VisionPatches> process_video(const VideoInput& clip, const PixelBudget& budget) const;

 private:
  VisionProcessorConfig config_;
};

}  // namespace fovea
