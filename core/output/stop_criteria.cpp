#include "core/output/stop_criteria.h"

#include <algorithm>

namespace fovea {

StopCriteria::StopCriteria(std::span<const std::int32_t> eos_ids, int max_new_tokens, bool ignore_eos)
    : max_new_tokens_(max_new_tokens) {
  if (!ignore_eos) eos_ids_.assign(eos_ids.begin(), eos_ids.end());
}

bool StopCriteria::is_eos(std::int32_t id) const {
  return std::find(eos_ids_.begin(), eos_ids_.end(), id) != eos_ids_.end();
}

std::optional<FinishReason> StopCriteria::after(std::int32_t id, std::int64_t count) const {
  if (is_eos(id)) return FinishReason::kEndOfText;
  if (count >= max_new_tokens_) return FinishReason::kLength;
  return std::nullopt;
}

}  // namespace fovea
