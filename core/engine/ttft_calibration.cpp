#include "core/engine/ttft_calibration.h"

#include <algorithm>

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

void TtftCalibration::vision(double work, double seconds) {
  if (work <= 0.0) return;
  const std::lock_guard lock(mutex_);
  vision_.add(seconds / work);
}

std::optional<double> TtftCalibration::forecast(std::int64_t prompt_tokens, double vision_work,
                                                std::int64_t step_tokens) const {
  const std::lock_guard lock(mutex_);
  const std::optional<double> row = row_.median();
  const std::optional<double> look = vision_.median();
  if (!row || (vision_work > 0.0 && !look)) return std::nullopt;
  const std::int64_t steps = (prompt_tokens + step_tokens - 1) / step_tokens;
  const double reading = static_cast<double>(steps) * small_.median().value_or(0.0) +
                         static_cast<double>(prompt_tokens - steps) * *row;
  return reading + (vision_work > 0.0 ? vision_work * *look : 0.0);
}

}  // namespace fovea
