#pragma once

#include "core/api/error.h"
#include "core/api/picture.h"
#include "core/input/vision/processor_config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fovea {

/// What a sampler knows of a clip: the part of it that is meant, nothing else.
struct ClipMetadata {
  std::int64_t total_frames = 0;
  double frames_per_second = 0.0;
  double duration = 0.0;  ///< seconds: total_frames / frames_per_second
};

/// The frames that the checkpoint's processor shows the model, as indices into the clip in rising order (GLM
/// repeats the last one where the count would be odd; Qwen3-VL repeats frames when more are asked for than
/// there are). After transformers' models/qwen3_vl/ video_processing_qwen3_vl.py,
/// models/glm46v/video_processing_glm46v.py and models/glm4v/ video_processing_glm4v.py; as its processors
/// do, GLM-4.6V ignores the request's rate and count, GLM-4.1V the count. May be empty: a very short clip has
/// nothing to show GLM-4.6V. Errors: kInvalidVideo for no frames or no rate; kInvalidArgument for both a rate
/// and a count, or ones out of range.
Result<std::vector<std::int64_t>> sample_frames(const VideoConfig& config, const ClipMetadata& clip,
                                                const VideoSampling& sampling);

/// Seconds into the clip of each temporal patch as the prompt gives them: Qwen3-VL the mean of the patch's
/// first and last frame, GLM the time of every second frame. A last patch that is not full repeats its last
/// frame.
std::vector<double> patch_timestamps(TimestampStyle style, const std::vector<std::int64_t>& frames,
                                     double frames_per_second, int temporal_patch_size);

/// The label in the prompt: "<0.3 seconds>", "0.0 seconds" or "0". One decimal as Python's `.1f`: the exact
/// binary value, ties to even.
std::string timestamp_label(TimestampStyle style, double seconds);

}  // namespace fovea
