#include "core/output/structured/grammar_masks.h"

namespace fovea {

GrammarMasks::GrammarMasks(std::shared_ptr<const JsonGrammar> grammar,
                           std::shared_ptr<const TokenBytes> tokens)
    : GrammarMasks(JsonAutomaton(std::move(grammar)), std::move(tokens)) {}

GrammarMasks::GrammarMasks(JsonAutomaton automaton, std::shared_ptr<const TokenBytes> tokens)
    : tokens_(std::move(tokens)), automaton_(std::move(automaton)), start_(automaton_.start()) {
  account();
}

GrammarMasks::Mask GrammarMasks::allowed(State state) {
  const std::lock_guard lock(mutex_);
  if (const auto known = masks_.find(state); known != masks_.end()) return known->second;
  if (masks_.size() >= kMaxMasks) masks_.clear();
  Mask& mask = masks_[state];
  mask = std::make_shared<const std::vector<std::uint64_t>>(made(state));
  ++passes_;
  account();
  return mask;
}

void GrammarMasks::account() {
  crowded_ = automaton_.crowded();
  bytes_ = automaton_.bytes() + masks_.size() * (tokens_->size() / 8 + 100);
}

std::vector<std::uint64_t> GrammarMasks::made(State state) {
  std::vector<std::uint64_t> mask((tokens_->size() + 63) / 64);
  // path[i]: the state after i bytes of the entry looked at; it ends where the bytes are not allowed.
  std::vector<State> path = {state};
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

GrammarMasks::State GrammarMasks::advance(State state, std::string_view text) {
  const std::lock_guard lock(mutex_);
  for (const char byte : text) state = automaton_.next(state, static_cast<std::uint8_t>(byte));
  crowded_ = automaton_.crowded();
  return state;
}

bool GrammarMasks::complete(State state) const {
  const std::lock_guard lock(mutex_);
  return automaton_.complete(state);
}

bool GrammarMasks::exhausted(State state) const {
  const std::lock_guard lock(mutex_);
  return automaton_.exhausted(state);
}

std::pair<std::shared_ptr<GrammarMasks>, GrammarMasks::State> GrammarMasks::apart(State state) const {
  const std::lock_guard lock(mutex_);
  JsonAutomaton automaton(automaton_, state);  // changes `state`
  return {std::shared_ptr<GrammarMasks>(new GrammarMasks(std::move(automaton), tokens_)), state};
}

}  // namespace fovea
