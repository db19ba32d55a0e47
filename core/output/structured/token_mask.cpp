#include "core/output/structured/token_mask.h"

#include <tuple>
#include <utility>

namespace fovea {

std::span<const std::uint64_t> TokenMask::allowed() {
  if (masks_->crowded()) std::tie(masks_, state_) = masks_->apart(state_);
  allowed_ = masks_->allowed(state_);
  return *allowed_;
}

bool TokenMask::advance(std::int32_t id) {
  const TokenBytes& tokens = masks_->tokens();
  if (id < 0 || static_cast<std::size_t>(id) >= tokens.size() || tokens.bytes(id).empty()) return false;
  return advance(tokens.bytes(id));
}

bool TokenMask::advance(std::string_view text) {
  const GrammarMasks::State reached = masks_->advance(state_, text);
  if (reached == JsonAutomaton::kDead) return false;
  state_ = reached;
  return true;
}

}  // namespace fovea
