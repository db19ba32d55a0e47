#pragma once

#include "core/api/error.h"
#include "core/api/picture.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace fovea {

inline constexpr double kMaxVideoSeconds = 4.0 * 3600.0;
inline constexpr std::int64_t kMaxVideoFrames = 1'500'000;  ///< over 4 h at 100 frames a second
inline constexpr std::int64_t kMaxVideoFramePixels = 200'000'000;
inline constexpr std::int64_t kMaxVideoFileBytes = 64LL << 30;

/// A clip as it is, found by reading it: headers lie about lengths.
struct VideoFacts {
  std::int64_t total_frames = 0;  ///< in the asked part: end − first
  std::int64_t first_frame = 0;   ///< where that part begins in the file
  double frames_per_second = 0.0;
  int width = 0;   ///< pixels
  int height = 0;  ///< pixels

  double duration() const { return static_cast<double>(total_frames) / frames_per_second; }
  bool operator==(const VideoFacts&) const = default;
};

/// Counts the frames of the asked part of a clip by decoding them all up to its end; keeps none. A file that
/// did not change since it was read for the same part is not read again.
/// Errors: kNotFound; kInvalidVideo for what cannot be read or holds no frame or no rate, and for a part that
/// lies outside; kInvalidArgument for a part that makes no sense; kTooLarge over the limits above.
Result<VideoFacts> inspect_video(const VideoInput& clip);

/// Takes a frame; an error ends the reading and is passed on.
using FrameTaker = std::function<Result<void>(const RgbImage&)>;

/// What a file's header says of the asked part, for read_promised_frames(). Nothing where it says nothing
/// that can be, or where more is known: of a clip that was read already, or whose frames are in memory.
std::optional<VideoFacts> promised_video(const VideoInput& clip);

/// inspect_video() and read_frames() at once: decodes the asked part up to its end and hands over the frames
/// with these indices. Where it returns something else than was promised, what was handed over counts for
/// nothing.
Result<VideoFacts> read_promised_frames(const VideoInput& clip, const VideoFacts& promised,
                                        const std::vector<std::int64_t>& indices, const FrameTaker& take);

/// Reads the clip forward once more and hands over the frames with these indices (counted within the asked
/// part; not falling; a repeated index is handed over again). One frame is held at a time.
Result<void> read_frames(const VideoInput& clip, const VideoFacts& facts,
                         const std::vector<std::int64_t>& indices, const FrameTaker& take);

}  // namespace fovea
