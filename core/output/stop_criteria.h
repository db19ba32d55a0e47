#pragma once

#include "core/api/generation_event.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace fovea {

/// Which token ends an answer: an end-of-text id, or the one that fills the limit. Immutable; any thread.
class StopCriteria {
 public:
  /// `max_new_tokens` ≥ 1. With `ignore_eos` no id ends the answer.
  StopCriteria(std::span<const std::int32_t> eos_ids, int max_new_tokens, bool ignore_eos);

  bool is_eos(std::int32_t id) const;

  /// Why the answer ends with `id`, its `count`th token (from 1), if it does. An end-of-text id in the last
  /// place is kEndOfText.
  std::optional<FinishReason> after(std::int32_t id, std::int64_t count) const;

 private:
  std::vector<std::int32_t> eos_ids_;  ///< a handful
  std::int64_t max_new_tokens_;
};

}  // namespace fovea
