#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace fovea {

/// Pixels as the model's processor takes them: 8-bit RGB, rows top to bottom, no padding.
struct RgbImage {
  int width = 0;                     ///< pixels
  int height = 0;                    ///< pixels
  std::vector<std::uint8_t> pixels;  ///< [height, width, 3]
};

/// A picture as a caller hands it in: the bytes of a file, or pixels that are already decoded. Shared and
/// immutable, so that a request can be copied and cross threads without copying the picture.
struct ImageInput {
  std::string name;                                          ///< shown in messages; may be empty
  std::shared_ptr<const std::vector<std::uint8_t>> encoded;  ///< PNG, JPEG, WebP, BMP or TIFF
  std::shared_ptr<const RgbImage> decoded;                   ///< used instead of `encoded` when set
};

/// Which part of a clip is meant, and how many of its frames the model is shown.
struct VideoSampling {
  std::int64_t first_frame = 0;    ///< the clip begins here; frames are counted from 0
  std::int64_t end_frame = -1;     ///< first frame that is no longer part of the clip; -1: its end
  double frames_per_second = 0.0;  ///< 0: the checkpoint's own rate. GLM-4.6V's sampler ignores it
  int frame_count = 0;             ///< 0: by rate. Qwen3-VL only; excludes frames_per_second
};

/// A clip: a file on this machine, or frames that are already decoded with their rate.
struct VideoInput {
  std::string name;                                     ///< shown in messages; may be empty
  std::string path;                                     ///< a file that OpenCV's FFmpeg can read
  std::shared_ptr<const std::vector<RgbImage>> frames;  ///< used instead of `path` when set
  double frames_per_second = 0.0;                       ///< of `frames`
  VideoSampling sampling;
};

/// Bounds on a resized picture's area, in pixels (width × height of the resized picture; for clips
/// and GLM counted as the checkpoint's processor counts them). 0: what the checkpoint says.
struct PixelBudget {
  std::int64_t min_pixels = 0;
  std::int64_t max_pixels = 0;
};

}  // namespace fovea
