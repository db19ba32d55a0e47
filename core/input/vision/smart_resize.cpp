#include "core/input/vision/smart_resize.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace fovea {
namespace {

constexpr double kMaxRatio = 200.0;

/// Python's round(a / b) * b: the quotient as a double, halves to even (the default rounding mode).
std::int64_t rounded_to(std::int64_t a, int b) {
  return static_cast<std::int64_t>(std::nearbyint(static_cast<double>(a) / b)) * b;
}

std::int64_t shrunk(std::int64_t side, double beta, int factor) {
  const double quotient = static_cast<double>(side) / beta / factor;
  return std::max<std::int64_t>(factor, static_cast<std::int64_t>(std::floor(quotient)) * factor);
}

std::int64_t grown(std::int64_t side, double beta, int factor) {
  const double quotient = static_cast<double>(side) * beta / factor;
  return static_cast<std::int64_t>(std::ceil(quotient)) * factor;
}

Result<void> check_shape(PixelSize size) {
  const auto [small, large] = std::minmax(size.width, size.height);
  if (small < 1) return Error{ErrorCode::kInvalidImage, "The picture has no pixels.", "", ""};
  if (static_cast<double>(large) / static_cast<double>(small) > kMaxRatio) {
    return Error{ErrorCode::kInvalidImage, "One side of the picture is more than 200 times the other.",
                 "Cut it into pieces.", ""};
  }
  return {};
}

/// The part that both rules share. `counted` is the area's multiplier in the budget, `frames` in the square
/// root: the two differ for an odd number of frames.
PixelSize fit(PixelSize source, std::int64_t counted, std::int64_t frames, int factor, AreaBounds bounds) {
  PixelSize result{rounded_to(source.width, factor), rounded_to(source.height, factor)};
  const std::int64_t area = counted * result.width * result.height;
  const auto source_area = static_cast<double>(frames * source.width * source.height);
  if (area > bounds.max) {
    const double beta = std::sqrt(source_area / static_cast<double>(bounds.max));
    result = {shrunk(source.width, beta, factor), shrunk(source.height, beta, factor)};
  } else if (area < bounds.min) {
    const double beta = std::sqrt(static_cast<double>(bounds.min) / source_area);
    result = {grown(source.width, beta, factor), grown(source.height, beta, factor)};
  }
  return result;
}

}  // namespace

Result<PixelSize> resize_picture(PixelSize source, int factor, AreaBounds bounds) {
  if (auto shape = check_shape(source); !shape) return shape.error();
  return fit(source, 1, 1, factor, bounds);
}

Result<PixelSize> resize_frames(std::int64_t frames, PixelSize source, int temporal_factor, int factor,
                                AreaBounds bounds) {
  if (frames < temporal_factor) {
    return Error{
        ErrorCode::kInvalidVideo,
        "The clip is too short: the model needs at least " + std::to_string(temporal_factor) + " frames.",
        "Send a longer part, or a picture of it.", ""};
  }
  if (source.width < 1 || source.height < 1) return check_shape(source).error();
  if (source.height < factor || source.width < factor) {
    const double scale =
        std::max(factor / static_cast<double>(source.height), factor / static_cast<double>(source.width));
    source = {static_cast<std::int64_t>(static_cast<double>(source.width) * scale),
              static_cast<std::int64_t>(static_cast<double>(source.height) * scale)};
  }
  if (auto shape = check_shape(source); !shape) return shape.error();
  return fit(source, rounded_to(frames, temporal_factor), frames, factor, bounds);
}

Result<AreaBounds> area_bounds(const PixelConfig& config, const PixelBudget& budget) {
  if (budget.min_pixels < 0) {
    return Error{ErrorCode::kInvalidArgument, "The least number of pixels must not be negative.", "",
                 "min_pixels"};
  }
  if (budget.max_pixels < 0) {
    return Error{ErrorCode::kInvalidArgument, "The largest number of pixels must not be negative.", "",
                 "max_pixels"};
  }
  if (budget.min_pixels > 0 && budget.max_pixels > 0 && budget.min_pixels > budget.max_pixels) {
    return Error{ErrorCode::kInvalidArgument, "The least number of pixels is larger than the largest.", "",
                 "min_pixels"};
  }
  AreaBounds bounds{config.min_area, config.max_area};
  if (budget.min_pixels > 0) bounds.min = budget.min_pixels;
  if (budget.max_pixels > 0) bounds.max = budget.max_pixels;
  if (budget.min_pixels > 0 && budget.max_pixels == 0) bounds.max = std::max(bounds.max, bounds.min);
  if (budget.max_pixels > 0 && budget.min_pixels == 0) bounds.min = std::min(bounds.min, bounds.max);
  return bounds;
}

}  // namespace fovea
