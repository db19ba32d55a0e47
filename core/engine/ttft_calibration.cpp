#include "core/engine/ttft_calibration.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace fovea {

void TtftCalibration::Recent::add(double value) {
  values_.at(count_++ % values_.size()) = value;
}

std::optional<double> TtftCalibration::Recent::median() const {
  if (count_ == 0) return std::nullopt;
  auto values = values_;
  const auto end = values.begin() + static_cast<std::ptrdiff_t>(std::min(count_, values.size()));
  const auto middle = values.begin() + (end - values.begin()) / 2;
  std::nth_element(values.begin(), middle, end);
  return *middle;
}

void TtftCalibration::step(std::int64_t rows, double seconds) {
  const std::lock_guard lock(mutex_);
  if (rows <= kFewRows) return small_.add(seconds);
  const double small = std::min(small_.median().value_or(0.0), seconds);
  row_.add((seconds - small) / static_cast<double>(rows - 1));
}

void TtftCalibration::vision(const VisionWork& work, double seconds) {
  if (work.blocks <= 0 || work.multiplications <= 0.0) return;
  const double block = work.multiplications / static_cast<double>(work.blocks);
  const std::lock_guard lock(mutex_);
  Size& size = sizes_[std::ilogb(block)];
  size.multiplications = block;
  size.rate.add(seconds / work.multiplications);
}

double TtftCalibration::block_seconds(double multiplications) const {
  const auto in_proportion = [&](const Size& size) {
    return size.seconds() * multiplications / size.multiplications;
  };
  auto above = std::find_if(sizes_.begin(), sizes_.end(), [&](const auto& entry) {
    return entry.second.multiplications >= multiplications;
  });
  if (sizes_.size() == 1) return in_proportion(sizes_.begin()->second);
  const bool larger = above == sizes_.end();
  if (larger) --above;
  if (above == sizes_.begin()) ++above;
  const Size& high = above->second;
  const Size& low = std::prev(above)->second;
  const double slope = (high.seconds() - low.seconds()) / (high.multiplications - low.multiplications);
  const double on_line = high.seconds() + slope * (multiplications - high.multiplications);
  // A line through two times that chance has moved may point anywhere: what lies beyond all that was seen
  // takes no longer than in proportion to its neighbour, and no less than half of that.
  if (larger) return std::clamp(on_line, in_proportion(high) / 2, in_proportion(high));
  if (multiplications < low.multiplications) {
    return std::clamp(on_line, in_proportion(low), low.seconds());
  }
  return on_line;
}

std::optional<double> TtftCalibration::forecast(std::int64_t prompt_tokens,
                                                std::span<const VisionWork> pictures,
                                                std::int64_t step_tokens) const {
  const std::lock_guard lock(mutex_);
  const std::optional<double> row = row_.median();
  if (!row || (!pictures.empty() && sizes_.empty())) return std::nullopt;
  const std::int64_t steps = (prompt_tokens + step_tokens - 1) / step_tokens;
  double seconds = static_cast<double>(steps) * small_.median().value_or(0.0) +
                   static_cast<double>(prompt_tokens - steps) * *row;
  for (const VisionWork& picture : pictures) {
    const auto blocks = static_cast<double>(picture.blocks);
    seconds += blocks * block_seconds(picture.multiplications / blocks);
  }
  return seconds;
}

}  // namespace fovea
