#include "core/output/structured/token_mask.h"

#include <algorithm>

namespace fovea {

TokenBytes::TokenBytes(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {
  for (std::size_t id = 0; id < tokens_.size(); ++id)
    if (!tokens_[id].empty()) sorted_.push_back({static_cast<std::int32_t>(id), 0, 0, 0});
  std::ranges::sort(sorted_, {},
                    [this](const Entry& entry) -> const std::string& { return bytes(entry.id); });
  for (std::size_t i = 1; i < sorted_.size(); ++i) {
    const std::string& before = bytes(sorted_[i - 1].id);
    const std::string& here = bytes(sorted_[i].id);
    sorted_[i].shared = static_cast<std::uint32_t>(std::ranges::mismatch(before, here).in1 - before.begin());
  }
  for (Entry& entry : sorted_) {
    entry.begin = static_cast<std::uint32_t>(packed_.size());
    entry.length = static_cast<std::uint32_t>(bytes(entry.id).size());
    packed_ += bytes(entry.id);
  }
}

std::optional<std::int32_t> TokenBytes::find(std::string_view text) const {
  const auto text_of = [this](const Entry& entry) { return bytes(entry); };
  const auto found = std::ranges::lower_bound(sorted_, text, {}, text_of);
  if (found == sorted_.end() || bytes(*found) != text) return std::nullopt;
  return found->id;
}

TokenMask::TokenMask(std::shared_ptr<const JsonGrammar> grammar, std::shared_ptr<const TokenBytes> tokens)
    : automaton_(std::move(grammar)), tokens_(std::move(tokens)), state_(automaton_.start()) {}

std::span<const std::uint64_t> TokenMask::allowed() {
  if (automaton_.crowded()) {
    state_ = automaton_.forget_others(state_);
    masks_.clear();
  }
  if (const auto known = masks_.find(state_); known != masks_.end()) return known->second;
  if (masks_.size() >= kMaxMasks) masks_.clear();
  std::vector<std::uint64_t>& mask = masks_[state_];
  mask.resize((tokens_->size() + 63) / 64);
  // path[i]: the state after i bytes of the entry looked at; it ends where the bytes are not allowed.
  std::vector<JsonAutomaton::State> path = {state_};
  for (const TokenBytes::Entry& entry : tokens_->sorted()) {
    if (entry.shared >= path.size()) continue;  // begins with what was already not allowed
    path.resize(entry.shared + 1);
    const std::string_view bytes = tokens_->bytes(entry);
    while (path.size() <= bytes.size()) {
      const auto reached = automaton_.next(path.back(), static_cast<std::uint8_t>(bytes[path.size() - 1]));
      if (reached == JsonAutomaton::kDead) break;
      path.push_back(reached);
    }
    if (path.size() == bytes.size() + 1)
      mask[static_cast<std::size_t>(entry.id) / 64] |= std::uint64_t{1} << (entry.id % 64);
  }
  return mask;
}

bool TokenMask::advance(std::int32_t id) {
  if (id < 0 || static_cast<std::size_t>(id) >= tokens_->size() || tokens_->bytes(id).empty()) return false;
  return advance(tokens_->bytes(id));
}

bool TokenMask::advance(std::string_view text) {
  JsonAutomaton::State state = state_;
  for (const char byte : text) state = automaton_.next(state, static_cast<std::uint8_t>(byte));
  if (state == JsonAutomaton::kDead) return false;
  state_ = state;
  return true;
}

}  // namespace fovea
