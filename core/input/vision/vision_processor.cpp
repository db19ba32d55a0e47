#include "core/input/vision/vision_processor.h"

#include "core/input/vision/frame_sampler.h"
#include "core/input/vision/patches.h"
#include "core/input/vision/smart_resize.h"
#include "core/input/vision/video_loader.h"

#include <exception>
#include <new>
#include <utility>

#include <ATen/ops/empty.h>

namespace fovea {
namespace {

/// Resized area times frames, at most: 6 GB of patches. Checkpoints ask for a tenth of it.
constexpr std::int64_t kMaxPatchPixels = 500'000'000;

Error no_memory() {
  return Error{ErrorCode::kOutOfMemory, "Not enough memory for this picture.", "Lower the pixel budget.", ""};
}

Result<void> check_extent(PixelSize size, std::int64_t frames) {
  if (size.width > kMaxPatchPixels || size.height > kMaxPatchPixels ||
      size.width > kMaxPatchPixels / (size.height * frames)) {
    return Error{ErrorCode::kTooLarge, "The pixel budget asks for more than 500 million pixels.",
                 "Lower the pixel budget.", "max_pixels"};
  }
  return {};
}

/// What both kinds report, from the resized size.
VisionInput describe(const PixelConfig& config, PixelSize source, PixelSize resized, std::int64_t grid_t) {
  VisionInput seen;
  seen.source_width = static_cast<int>(source.width);
  seen.source_height = static_cast<int>(source.height);
  seen.resized_width = static_cast<int>(resized.width);
  seen.resized_height = static_cast<int>(resized.height);
  seen.grid_t = static_cast<int>(grid_t);
  seen.grid_h = static_cast<int>(resized.height / config.patch_size);
  seen.grid_w = static_cast<int>(resized.width / config.patch_size);
  seen.tokens = grid_t * seen.grid_h * seen.grid_w / (config.merge_size * config.merge_size);
  return seen;
}

PatchGrid grid_of(const VisionInput& seen) {
  return {seen.grid_t, seen.grid_h, seen.grid_w};
}

at::Tensor empty_patches(const PixelConfig& config, const PatchGrid& grid) {
  const std::int64_t columns = 3LL * config.temporal_patch_size * config.patch_size * config.patch_size;
  return at::empty({grid.patches(), columns}, at::TensorOptions(at::kFloat));
}

/// A clip with all that is known before its frames are read.
struct VideoPlan {
  VideoFacts facts;
  std::vector<std::int64_t> frames;
  VisionInput seen;
};

Result<VideoPlan> make_plan(const VideoConfig& config, const VideoInput& clip, const PixelBudget& budget,
                            const VideoFacts& facts) {
  const PixelConfig& pixels = config.pixels;
  auto bounds = area_bounds(pixels, budget);
  if (!bounds) return bounds.error();
  const ClipMetadata metadata{facts.total_frames, facts.frames_per_second, facts.duration()};
  auto frames = sample_frames(config, metadata, clip.sampling);
  if (!frames) return frames.error();
  const auto count = static_cast<std::int64_t>(frames->size());
  const PixelSize source{facts.width, facts.height};
  auto resized = resize_frames(count, source, pixels.temporal_patch_size, pixels.factor(), *bounds);
  if (!resized) return resized.error();
  if (auto fits = check_extent(*resized, count); !fits) return fits.error();
  const std::int64_t temporal = pixels.temporal_patch_size;
  VideoPlan plan{facts, std::move(*frames),
                 describe(pixels, source, *resized, (count + temporal - 1) / temporal)};
  plan.seen.name = clip.name;
  plan.seen.video = true;
  plan.seen.frame_indices = plan.frames;
  return plan;
}

/// The same, the clip read to its end before, for its frames are what is planned for.
Result<VideoPlan> inspect_and_plan(const VideoConfig& config, const VideoInput& clip,
                                   const PixelBudget& budget) {
  if (auto bounds = area_bounds(config.pixels, budget); !bounds) return bounds.error();
  auto facts = inspect_video(clip);
  if (!facts) return facts.error();
  return make_plan(config, clip, budget, *facts);
}

/// The patches of a clip's sampled frames, which come one after the other.
class ClipPatches {
 public:
  ClipPatches(const VisionProcessorConfig& config, const VideoPlan& plan)
      : writer_(config.video->pixels),
        temporal_(config.video->pixels.temporal_patch_size),
        count_(static_cast<std::int64_t>(plan.frames.size())) {
    result_.grid = grid_of(plan.seen);
    result_.seen = plan.seen;
    result_.patches = empty_patches(config.video->pixels, result_.grid);
    result_.timestamps =
        patch_timestamps(config.timestamps, plan.frames, plan.facts.frames_per_second, temporal_);
  }

  Result<void> take(const RgbImage& image) {
    const at::Tensor frame = resize_pixels(image, {result_.seen.resized_width, result_.seen.resized_height});
    write(frame);
    // A last patch that is not full repeats its last frame.
    while (next_ >= count_ && next_ % temporal_ != 0) write(frame);
    return {};
  }

  VisionPatches result() && { return std::move(result_); }

 private:
  void write(const at::Tensor& frame) {
    writer_.write(frame, next_ / temporal_, next_ % temporal_, result_.patches);
    ++next_;
  }

  const PatchWriter writer_;
  const int temporal_;
  const std::int64_t count_;
  std::int64_t next_ = 0;
  VisionPatches result_;
};

Error no_clips() {
  return Error{ErrorCode::kUnsupported,
               "This model's folder has no settings for clips (video_preprocessor_config.json).",
               "Send pictures, or take a model that knows clips.", ""};
}

}  // namespace

VisionProcessor::VisionProcessor(VisionProcessorConfig config) : config_(std::move(config)) {}

Result<VisionInput> VisionProcessor::plan_image(int width, int height, const PixelBudget& budget) const {
  const PixelConfig& pixels = config_.image;
  auto bounds = area_bounds(pixels, budget);
  if (!bounds) return bounds.error();
  const PixelSize source{width, height};
  auto resized = pixels.rule == ResizeRule::kQwenImage
                     ? resize_picture(source, pixels.factor(), *bounds)
                     : resize_frames(pixels.temporal_patch_size, source, pixels.temporal_patch_size,
                                     pixels.factor(), *bounds);
  if (!resized) return resized.error();
  if (auto fits = check_extent(*resized, pixels.temporal_patch_size); !fits) return fits.error();
  return describe(pixels, source, *resized, 1);
}

Result<VisionPatches> VisionProcessor::process_image(const RgbImage& image, const PixelBudget& budget) const {
  auto plan = plan_image(image.width, image.height, budget);
  if (!plan) return plan.error();
  if (image.pixels.size() !=
      static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 3) {
    return Error{ErrorCode::kInvalidImage, "The picture's pixels do not match its size.", "", ""};
  }
  try {
    VisionPatches result;
    result.grid = grid_of(*plan);
    result.seen = std::move(*plan);
    result.patches = empty_patches(config_.image, result.grid);
    const PatchWriter writer(config_.image);
    const at::Tensor frame = resize_pixels(image, {result.seen.resized_width, result.seen.resized_height});
    for (std::int64_t slot = 0; slot < config_.image.temporal_patch_size; ++slot) {
      writer.write(frame, 0, slot, result.patches);
    }
    return result;
  } catch (const std::exception&) {
    return no_memory();
  }
}

Result<VisionInput> VisionProcessor::plan_video(const VideoInput& clip, const PixelBudget& budget) const {
  if (!config_.video) return no_clips();
  auto plan = inspect_and_plan(*config_.video, clip, budget);
  if (!plan) return plan.error();
  return std::move(plan->seen);
}

Result<VisionPatches> VisionProcessor::process_video(const VideoInput& clip,
                                                     const PixelBudget& budget) const {
  if (!config_.video) return no_clips();
  try {
    if (const auto promised = promised_video(clip)) {
      if (const auto plan = make_plan(*config_.video, clip, budget, *promised)) {
        ClipPatches made(config_, *plan);
        const auto found = read_promised_frames(clip, *promised, plan->frames,
                                                [&](const RgbImage& image) { return made.take(image); });
        if (!found) return found.error();
        if (*found == *promised) return std::move(made).result();
      }
    }
    const auto plan = inspect_and_plan(*config_.video, clip, budget);
    if (!plan) return plan.error();
    ClipPatches made(config_, *plan);
    auto read =
        read_frames(clip, plan->facts, plan->frames, [&](const RgbImage& image) { return made.take(image); });
    if (!read) return read.error();
    return std::move(made).result();
  } catch (const std::exception&) {
    return no_memory();
  }
}

}  // namespace fovea
