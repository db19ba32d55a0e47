#include "core/output/penalties.h"

#include <algorithm>
#include <limits>

namespace fovea {
namespace {

float clamped(double value) {
  constexpr double kLargest = std::numeric_limits<float>::max();
  return static_cast<float>(std::clamp(value, -kLargest, kLargest));
}

}  // namespace

Penalties::Penalties(const ResolvedSampling& sampling, std::span<const std::int32_t> prompt_ids,
                     std::size_t vocabulary)
    : repetition_penalty_(clamped(sampling.repetition_penalty)),
      presence_penalty_(sampling.presence_penalty),
      frequency_penalty_(sampling.frequency_penalty) {
  const bool wanted = sampling.mode != ResolvedSampling::Mode::kArgmax;
  repetition_ = wanted && sampling.repetition_penalty != 1.0;
  counted_ = wanted && (presence_penalty_ != 0.0 || frequency_penalty_ != 0.0);
  if (counted_) counts_.resize(vocabulary);
  if (!repetition_) return;
  seen_.resize(vocabulary);
  for (const std::int32_t id : prompt_ids) {
    if (id < 0 || static_cast<std::size_t>(id) >= vocabulary || seen_[static_cast<std::size_t>(id)] != 0)
      continue;
    seen_[static_cast<std::size_t>(id)] = 1;
    seen_ids_.push_back(id);
  }
}

void Penalties::apply(std::span<float> logits) const {
  for (const std::int32_t id : seen_ids_) {
    float& x = logits[static_cast<std::size_t>(id)];
    // Float arithmetic, as the reference's; only an overflow is put right.
    x = clamped(x < 0.0F ? x * repetition_penalty_ : x / repetition_penalty_);
  }
  for (const std::int32_t id : answer_ids_) {
    float& x = logits[static_cast<std::size_t>(id)];
    x = clamped(x - counts_[static_cast<std::size_t>(id)] * frequency_penalty_ - presence_penalty_);
  }
}

void Penalties::record(std::int32_t id) {
  const auto index = static_cast<std::size_t>(id);
  if (repetition_ && seen_[index] == 0) {
    seen_[index] = 1;
    seen_ids_.push_back(id);
  }
  if (counted_ && counts_[index]++ == 0) answer_ids_.push_back(id);
}

}  // namespace fovea
