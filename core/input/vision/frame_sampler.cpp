#include "core/input/vision/frame_sampler.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace fovea {
namespace {

constexpr int kMostFrames = 100'000;
constexpr double kHighestRate = 1000.0;

using Indices = std::vector<std::int64_t>;

/// numpy.linspace(start, stop, count): start + i·step with step = (stop − start) / (count − 1), and the last
/// one exactly `stop`.
std::vector<double> linspace(double start, double stop, std::int64_t count) {
  std::vector<double> result(static_cast<std::size_t>(std::max<std::int64_t>(count, 0)));
  const double span = stop - start;
  const double steps = static_cast<double>(count - 1);
  const double step = span / steps;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto index = static_cast<double>(i);
    // numpy multiplies by the step, unless the step has vanished into 0.
    result[i] = (count > 1 ? (step == 0.0 ? index / steps * span : index * step) : 0.0) + start;
  }
  if (count > 1) result.back() = stop;
  return result;
}

/// numpy.linspace(…, dtype=int): rounded towards minus infinity.
Indices whole_linspace(std::int64_t start, std::int64_t stop, std::int64_t count) {
  Indices result;
  for (const double value : linspace(static_cast<double>(start), static_cast<double>(stop), count)) {
    result.push_back(static_cast<std::int64_t>(std::floor(value)));
  }
  return result;
}

/// GLM: each frame once (equal ones are neighbours), and an even number of them.
Indices distinct_and_even(const Indices& frames) {
  Indices result;
  for (const std::int64_t frame : frames) {
    if (result.empty() || result.back() != frame) result.push_back(frame);
  }
  if (result.size() % 2 == 1) result.push_back(result.back());
  return result;
}

Indices sample_qwen(const VideoConfig& config, const ClipMetadata& clip, const VideoSampling& sampling) {
  std::int64_t count = sampling.frame_count;
  if (count == 0) {
    const double rate =
        sampling.frames_per_second > 0.0 ? sampling.frames_per_second : config.frames_per_second;
    const double wanted = static_cast<double>(clip.total_frames) / clip.frames_per_second * rate;
    count = static_cast<std::int64_t>(std::min(wanted, static_cast<double>(config.max_frames)));
    count = std::min({std::max(count, config.min_frames), config.max_frames, clip.total_frames});
  }
  Indices frames;
  for (const double place : linspace(0.0, static_cast<double>(clip.total_frames - 1), count)) {
    frames.push_back(static_cast<std::int64_t>(std::nearbyint(place)));
  }
  return frames;
}

/// Frames a second by the clip's length in seconds; models/glm46v/video_processing_glm46v.py.
double glm46v_rate(double seconds) {
  return seconds <= 30.0 ? 3.0 : seconds <= 300.0 ? 1.0 : 0.5;
}

Indices sample_glm46v(const VideoConfig& config, const ClipMetadata& clip) {
  constexpr std::int64_t kMostSampled = 640;
  constexpr double kLongest = 2400.0;
  const std::int64_t total = clip.total_frames;
  const double seconds = std::min(clip.duration, kLongest);
  const double rate = glm46v_rate(seconds);
  const int temporal = config.pixels.temporal_patch_size;
  const std::int64_t wanted = std::min(static_cast<std::int64_t>(seconds * rate * temporal), kMostSampled);

  Indices frames;
  if (total < wanted) {
    frames = whole_linspace(0, total - 1, wanted);
  } else {
    const double frame_seconds = 1.0 / clip.frames_per_second;
    const double step = 1.0 / (temporal * rate);
    const double end = std::trunc(clip.duration);
    double next = 0.0;
    for (std::int64_t i = 0; i < total; ++i) {
      if (static_cast<double>(i) * frame_seconds < next) continue;
      next += step;
      frames.push_back(i);
      if (next >= end) break;
    }
  }
  const auto found = static_cast<std::int64_t>(frames.size());
  if (found < wanted) frames = whole_linspace(frames.front(), frames.back(), wanted);
  if (found > wanted) frames = whole_linspace(0, total - 1, wanted);
  return distinct_and_even(frames);
}

Indices sample_glm4v(const VideoConfig& config, const ClipMetadata& clip, const VideoSampling& sampling) {
  const std::int64_t last = clip.total_frames - 1;
  const double rate =
      sampling.frames_per_second > 0.0 ? sampling.frames_per_second : config.frames_per_second;
  Indices frames;
  const auto at_most_last = [last](double place) {
    return static_cast<std::int64_t>(std::min(std::ceil(place), static_cast<double>(last)));
  };
  if (clip.duration <= config.max_duration) {
    const auto count = std::max<std::int64_t>(static_cast<std::int64_t>(std::floor(clip.duration * rate)), 1);
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t frame = at_most_last(static_cast<double>(i) * clip.frames_per_second / rate);
      if (frames.empty() || frames.back() != frame) frames.push_back(frame);
    }
  } else {
    const auto count = static_cast<std::int64_t>(config.max_duration * rate);
    if (count >= clip.total_frames) {
      for (std::int64_t i = 0; i <= last; ++i) frames.push_back(i);
    } else {
      for (const double second : linspace(0.0, clip.duration, count)) {
        frames.push_back(at_most_last(second * clip.frames_per_second));
      }
    }
  }
  return distinct_and_even(frames);
}

}  // namespace

Result<std::vector<std::int64_t>> sample_frames(const VideoConfig& config, const ClipMetadata& clip,
                                                const VideoSampling& sampling) {
  if (clip.total_frames < 1) {
    return Error{ErrorCode::kInvalidVideo, "The clip has no frames.", "Try to save it again as MP4.", ""};
  }
  if (!(clip.frames_per_second > 0.0) || !std::isfinite(clip.frames_per_second) || !(clip.duration > 0.0)) {
    return Error{ErrorCode::kInvalidVideo, "The clip does not say how many frames it shows a second.",
                 "Try to save it again as MP4.", ""};
  }
  if (sampling.frame_count < 0 || sampling.frame_count > kMostFrames) {
    return Error{ErrorCode::kInvalidArgument, "The number of frames must lie between 1 and 100000.", "",
                 "frame_count"};
  }
  if (!(sampling.frames_per_second >= 0.0 && sampling.frames_per_second <= kHighestRate)) {
    return Error{ErrorCode::kInvalidArgument, "The frame rate must lie between 0 and 1000.", "",
                 "frames_per_second"};
  }
  if (sampling.frame_count > 0 && sampling.frames_per_second > 0.0) {
    return Error{ErrorCode::kInvalidArgument, "A frame rate and a number of frames exclude each other.",
                 "Give one of them.", "frame_count"};
  }
  switch (config.sampler) {
    case FrameSampler::kQwen3Vl:
      return sample_qwen(config, clip, sampling);
    case FrameSampler::kGlm46v:
      return sample_glm46v(config, clip);
    case FrameSampler::kGlm4v:
      return sample_glm4v(config, clip, sampling);
  }
  return Error{ErrorCode::kInternal, "Unknown frame sampler.", "", ""};
}

std::vector<double> patch_timestamps(TimestampStyle style, const std::vector<std::int64_t>& frames,
                                     double frames_per_second, int temporal_patch_size) {
  const auto temporal = static_cast<std::size_t>(temporal_patch_size);
  const auto seconds = [&](std::size_t i) {
    return static_cast<double>(frames[std::min(i, frames.size() - 1)]) / frames_per_second;
  };
  std::vector<double> result;
  for (std::size_t i = 0; i < frames.size(); i += temporal) {
    if (style == TimestampStyle::kQwen3Vl) {
      result.push_back((seconds(i) + seconds(i + temporal - 1)) / 2.0);
    } else {
      result.push_back(seconds(result.size() * 2));  // every second frame, whatever the temporal patch size
    }
  }
  return result;
}

std::string timestamp_label(TimestampStyle style, double seconds) {
  // to_chars and not printf: a program's locale must not turn the point into a comma.
  std::array<char, 400> text{};
  const bool whole = style == TimestampStyle::kGlm4v;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), whole ? std::trunc(seconds) : seconds,
                    std::chars_format::fixed, whole ? 0 : 1);
  std::string number(text.data(), end.ptr);
  switch (style) {
    case TimestampStyle::kQwen3Vl:
      return "<" + number + " seconds>";
    case TimestampStyle::kGlm46v:
      return number + " seconds";
    case TimestampStyle::kGlm4v:
      return number;
  }
  return number;
}

}  // namespace fovea
