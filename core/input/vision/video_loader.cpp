#include "core/input/vision/video_loader.h"

#include "core/input/vision/known_clips.h"
#include "core/input/vision/media_libraries.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

namespace fovea {
namespace {

constexpr double kHighestRate = 1000.0;  // frames a second

std::string called(const VideoInput& clip) {
  return clip.name.empty() ? std::string("the clip") : clip.name;
}

/// The same where a sentence begins.
std::string sentence_start(const VideoInput& clip) {
  return clip.name.empty() ? std::string("The clip") : clip.name;
}

Error unreadable(const VideoInput& clip, const std::string& why) {
  return Error{ErrorCode::kInvalidVideo, "Can't read " + called(clip) + ": " + why,
               "Try to save it again as MP4.", ""};
}

Error too_large(const VideoInput& clip, const std::string& why) {
  return Error{ErrorCode::kTooLarge, sentence_start(clip) + " is too large: " + why,
               "Send a shorter or smaller part.", ""};
}

/// Opens a file on this machine. An absolute path goes to the decoder, so that a name never reads as a
/// protocol
/// ("concat:…") or as a pattern of numbered pictures.
Result<cv::VideoCapture> open_file(const VideoInput& clip) {
  prepare_media_libraries();
  std::error_code failure;
  const auto path = std::filesystem::absolute(clip.path, failure);
  if (clip.path.empty() || failure || !std::filesystem::exists(path, failure)) {
    return Error{ErrorCode::kNotFound, "Can't find " + called(clip) + ".", "", ""};
  }
  if (!std::filesystem::is_regular_file(path, failure)) return unreadable(clip, "it is not a file.");
  const auto bytes = std::filesystem::file_size(path, failure);
  if (failure) return unreadable(clip, "it cannot be opened.");
  if (bytes == 0) return unreadable(clip, "it is empty.");
  if (bytes > static_cast<std::uintmax_t>(kMaxVideoFileBytes)) return too_large(clip, "over 64 GB.");
  try {
    cv::VideoCapture capture;
    if (!capture.open(path.string(), cv::CAP_FFMPEG)) return unreadable(clip, "it is damaged, or no clip.");
    return capture;
  } catch (const std::exception&) {
    return unreadable(clip, "it is damaged, or no clip.");
  }
}

/// The part of a clip that is meant, checked as far as it can be without the clip's length.
Result<std::pair<std::int64_t, std::int64_t>> asked_part(const VideoInput& clip) {
  const auto [first, end] = std::pair(clip.sampling.first_frame, clip.sampling.end_frame);
  if (first < 0) {
    return Error{ErrorCode::kInvalidArgument, "The first frame must not be negative.", "", "first_frame"};
  }
  if (end < -1 || (end >= 0 && end <= first)) {
    return Error{ErrorCode::kInvalidArgument, "The part of the clip ends before it begins.", "", "end_frame"};
  }
  return std::pair(first, end);
}

Error outside(const VideoInput& clip, std::int64_t frames) {
  return Error{ErrorCode::kInvalidVideo,
               sentence_start(clip) + " has only " + std::to_string(frames) + " frames.",
               "The part asked for lies behind its end.", ""};
}

Result<void> check_frame(const VideoInput& clip, std::int64_t width, std::int64_t height) {
  if (width < 1 || height < 1) return unreadable(clip, "its frames are empty.");
  if (width * height > kMaxVideoFramePixels)
    return too_large(clip, "its frames have over 200 million pixels.");
  return {};
}

Result<void> check_rate(const VideoInput& clip, double rate) {
  if (!(rate > 0.0 && rate <= kHighestRate)) return unreadable(clip, "its frame rate makes no sense.");
  return {};
}

/// Cuts the asked part out of `available` frames, as a Python slice would.
Result<VideoFacts> cut(const VideoInput& clip, std::int64_t first, std::int64_t end, std::int64_t available,
                       VideoFacts facts) {
  if (available < 1) return unreadable(clip, "it has no frames.");
  const std::int64_t stop = end < 0 ? available : std::min(end, available);
  if (first >= stop) return outside(clip, available);
  facts.first_frame = first;
  facts.total_frames = stop - first;
  if (facts.duration() > kMaxVideoSeconds) return too_large(clip, "over 4 hours long.");
  return facts;
}

Result<VideoFacts> inspect_decoded(const VideoInput& clip, std::int64_t first, std::int64_t end) {
  if (clip.frames->empty()) return unreadable(clip, "it has no frames.");
  VideoFacts facts;
  facts.frames_per_second = clip.frames_per_second;
  facts.width = clip.frames->front().width;
  facts.height = clip.frames->front().height;
  for (const RgbImage& frame : *clip.frames) {
    if (frame.width != facts.width || frame.height != facts.height) {
      return unreadable(clip, "its frames differ in size.");
    }
  }
  if (auto rate = check_rate(clip, facts.frames_per_second); !rate) return rate.error();
  if (auto frame = check_frame(clip, facts.width, facts.height); !frame) return frame.error();
  return cut(clip, first, end, static_cast<std::int64_t>(clip.frames->size()), facts);
}

/// A file that was opened, its rate and its header's sizes checked: a header may promise any size.
struct OpenClip {
  cv::VideoCapture capture;
  VideoFacts facts;  ///< but for its frames
};

Result<OpenClip> open_checked(const VideoInput& clip) {
  auto capture = open_file(clip);
  if (!capture) return capture.error();
  OpenClip open{*capture, {}};
  open.facts.frames_per_second = open.capture.get(cv::CAP_PROP_FPS);
  if (auto rate = check_rate(clip, open.facts.frames_per_second); !rate) return rate.error();
  const auto width = static_cast<std::int64_t>(open.capture.get(cv::CAP_PROP_FRAME_WIDTH));
  const auto height = static_cast<std::int64_t>(open.capture.get(cv::CAP_PROP_FRAME_HEIGHT));
  if (auto frame = check_frame(clip, width, height); !frame) return frame.error();
  open.facts.width = static_cast<int>(width);
  open.facts.height = static_cast<int>(height);
  return open;
}

/// Decodes a file up to the end of the asked part; `visit(index, capture)` for each frame from the file's
/// first on.
template <typename Visit>
Result<VideoFacts> scan_file(const VideoInput& clip, std::int64_t first, std::int64_t end,
                             const Visit& visit) {
  auto open = open_checked(clip);
  if (!open) return open.error();
  VideoFacts& facts = open->facts;
  const auto longest = static_cast<std::int64_t>(kMaxVideoSeconds * facts.frames_per_second) + 1;
  const std::int64_t most = std::min(kMaxVideoFrames, first + longest);
  std::int64_t count = 0;
  while (end < 0 || count < end) {
    if (!open->capture.grab()) break;
    if (++count == 1) {
      cv::Mat frame;
      if (!open->capture.retrieve(frame) || frame.type() != CV_8UC3)
        return unreadable(clip, "its frames are damaged.");
      facts.width = frame.cols;
      facts.height = frame.rows;
      if (auto size = check_frame(clip, facts.width, facts.height); !size) return size.error();
    }
    if (count > most) return too_large(clip, "over 4 hours long.");
    if (auto visited = visit(count - 1, open->capture); !visited) return visited.error();
  }
  return cut(clip, first, end, count, facts);
}

/// scan_file(), what it found kept for whoever asks next.
template <typename Visit>
Result<VideoFacts> scan_and_know(const VideoInput& clip, std::int64_t first, std::int64_t end,
                                 const Visit& visit) {
  const auto key = KnownClips::key_of(clip);
  auto facts = scan_file(clip, first, end, visit);
  if (facts && key && KnownClips::key_of(clip) == key) KnownClips::shared().add(*key, *facts);
  return facts;
}

std::optional<VideoFacts> known_clip(const VideoInput& clip) {
  const auto key = KnownClips::key_of(clip);
  return key ? KnownClips::shared().find(*key) : std::nullopt;
}

RgbImage to_rgb(const cv::Mat& bgr) {
  RgbImage image{
      bgr.cols, bgr.rows,
      std::vector<std::uint8_t>(static_cast<std::size_t>(bgr.rows) * static_cast<std::size_t>(bgr.cols) * 3)};
  cv::Mat rgb(bgr.rows, bgr.cols, CV_8UC3, image.pixels.data());
  cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
  return image;
}

Result<void> read_file(const VideoInput& clip, const VideoFacts& facts,
                       const std::vector<std::int64_t>& indices, const FrameTaker& take) {
  auto capture = open_file(clip);
  if (!capture) return capture.error();
  std::int64_t grabbed = 0;  // frames behind us, the current one included
  RgbImage image;
  for (const std::int64_t index : indices) {
    const std::int64_t wanted = facts.first_frame + index + 1;
    if (grabbed != wanted) {
      while (grabbed < wanted) {
        if (!capture->grab()) return unreadable(clip, "it changed while it was read.");
        ++grabbed;
      }
      cv::Mat frame;
      if (!capture->retrieve(frame) || frame.type() != CV_8UC3)
        return unreadable(clip, "a frame is damaged.");
      if (frame.cols != facts.width || frame.rows != facts.height)
        return unreadable(clip, "its frames differ in size.");
      image = to_rgb(frame);
    }
    if (auto taken = take(image); !taken) return taken.error();
  }
  return {};
}

}  // namespace

Result<VideoFacts> inspect_video(const VideoInput& clip) {
  auto part = asked_part(clip);
  if (!part) return part.error();
  try {
    if (clip.frames) return inspect_decoded(clip, part->first, part->second);
    if (const auto known = known_clip(clip)) return *known;
    return scan_and_know(clip, part->first, part->second,
                         [](std::int64_t, cv::VideoCapture&) -> Result<void> { return {}; });
  } catch (const std::exception&) {
    return unreadable(clip, "it is damaged.");
  }
}

std::optional<VideoFacts> promised_video(const VideoInput& clip) {
  const auto part = asked_part(clip);
  if (!part || clip.frames || known_clip(clip)) return std::nullopt;
  try {
    auto open = open_checked(clip);
    if (!open) return std::nullopt;
    const double frames = open->capture.get(cv::CAP_PROP_FRAME_COUNT);
    if (!(frames >= 1.0 && frames <= static_cast<double>(kMaxVideoFrames))) return std::nullopt;
    auto facts = cut(clip, part->first, part->second, static_cast<std::int64_t>(frames), open->facts);
    return facts ? std::optional(*facts) : std::nullopt;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

Result<VideoFacts> read_promised_frames(const VideoInput& clip, const VideoFacts& promised,
                                        const std::vector<std::int64_t>& indices, const FrameTaker& take) {
  auto part = asked_part(clip);
  if (!part) return part.error();
  auto next = indices.begin();
  bool as_promised = true;
  const auto visit = [&](std::int64_t index, cv::VideoCapture& capture) -> Result<void> {
    if (!as_promised || next == indices.end() || promised.first_frame + *next != index) return {};
    cv::Mat frame;
    as_promised = capture.retrieve(frame) && frame.type() == CV_8UC3 && frame.cols == promised.width &&
                  frame.rows == promised.height;
    if (!as_promised) return {};
    const RgbImage image = to_rgb(frame);
    for (; next != indices.end() && promised.first_frame + *next == index; ++next) {
      if (auto taken = take(image); !taken) return taken;
    }
    return {};
  };
  try {
    auto facts = scan_and_know(clip, part->first, part->second, visit);
    if (facts && !as_promised) return VideoFacts{};
    return facts;
  } catch (const std::exception&) {
    return unreadable(clip, "it is damaged.");
  }
}

Result<void> read_frames(const VideoInput& clip, const VideoFacts& facts,
                         const std::vector<std::int64_t>& indices, const FrameTaker& take) {
  if (!std::is_sorted(indices.begin(), indices.end()) ||
      (!indices.empty() && (indices.front() < 0 || indices.back() >= facts.total_frames))) {
    return Error{ErrorCode::kInternal, "Frames were asked for that the clip does not have.", "", ""};
  }
  try {
    if (!clip.frames) return read_file(clip, facts, indices, take);
    for (const std::int64_t index : indices) {
      const auto& frame = (*clip.frames)[static_cast<std::size_t>(facts.first_frame + index)];
      if (frame.pixels.size() !=
          static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(frame.height) * 3) {
        return unreadable(clip, "its pixels do not match its size.");
      }
      if (auto taken = take(frame); !taken) return taken.error();
    }
    return {};
  } catch (const std::exception&) {
    return unreadable(clip, "it is damaged.");
  }
}

}  // namespace fovea
