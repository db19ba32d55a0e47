#pragma once

#include "core/api/error.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace fovea {

/// How a picture's size is fitted to its budget (see smart_resize.h).
enum class ResizeRule {
  kQwenImage,  ///< area of one picture; Qwen2VLImageProcessor
  kFrames,     ///< area times frames; GLM's pictures (two frames) and every clip
};

/// Which frames of a clip are shown; named by `video_processor_type`.
enum class FrameSampler { kQwen3Vl, kGlm46v, kGlm4v };

/// How a clip's times are written into the prompt; named by `processor_class`.
enum class TimestampStyle {
  kQwen3Vl,  ///< "<0.3 seconds>" before the frame; the pair's mean time
  kGlm46v,   ///< "0.0 seconds" after the frame; the time of the pair's first frame
  kGlm4v,    ///< "0" after the frame: whole seconds, rounded towards zero
};

/// What the settings of pictures and of clips have in common.
struct PixelConfig {
  ResizeRule rule = ResizeRule::kQwenImage;
  int patch_size = 0;           ///< pixels a side
  int temporal_patch_size = 0;  ///< frames in one patch
  int merge_size = 0;           ///< patches a side in one vision token
  std::int64_t min_area = 0;    ///< `size.shortest_edge`: a pixel count, in spite of its name
  std::int64_t max_area = 0;    ///< `size.longest_edge`
  std::array<float, 3> mean{};  ///< of RGB in 0..1
  std::array<float, 3> std{};   ///< of RGB in 0..1
  double rescale_factor = 1.0 / 255.0;

  /// Sides of a resized picture are multiples of this.
  int factor() const { return patch_size * merge_size; }
};

/// Settings of clips.
struct VideoConfig {
  PixelConfig pixels;
  FrameSampler sampler = FrameSampler::kQwen3Vl;
  double frames_per_second = 2.0;
  std::int64_t min_frames = 4;    ///< Qwen3-VL
  std::int64_t max_frames = 768;  ///< Qwen3-VL
  double max_duration = 300.0;    ///< seconds; GLM-4.1V
};

/// What a checkpoint says about pictures and clips.
struct VisionProcessorConfig {
  PixelConfig image;
  std::optional<VideoConfig> video;  ///< none when the folder has no settings for clips
  TimestampStyle timestamps = TimestampStyle::kQwen3Vl;
  std::string processor_class;  ///< as the checkpoint names it
};

/// Reads preprocessor_config.json and video_preprocessor_config.json, or both parts nested in
/// processor_config.json (which goes first, as in transformers). Keys that are not there get the default of
/// the named processor class. The kinds follow the type names in those files, never config.json's model_type.
/// Errors: kNotFound without settings for pictures; kDamagedModel for text that is no JSON or values out of
/// range; kUnsupported for a processor this program does not know.
Result<VisionProcessorConfig> load_processor_config(const std::filesystem::path& model_folder);

}  // namespace fovea
