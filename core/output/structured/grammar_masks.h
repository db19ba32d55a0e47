#pragma once

#include "core/output/structured/json_automaton.h"
#include "core/output/structured/token_bytes.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace fovea {

/// What all answers under one grammar learn about it: its automaton, and which tokens may come in each of its
/// states. An answer that goes where another has been finds the mask made. Any thread; one at a time inside.
class GrammarMasks {
 public:
  using State = JsonAutomaton::State;
  /// A bit for each token, id i at bit i % 64 of word i / 64.
  using Mask = std::shared_ptr<const std::vector<std::uint64_t>>;

  GrammarMasks(std::shared_ptr<const JsonGrammar> grammar, std::shared_ptr<const TokenBytes> tokens);

  const TokenBytes& tokens() const { return *tokens_; }
  State start() const { return start_; }
  /// Which tokens may come next. Cost: one pass over the vocabulary, or a look-up where any answer has been
  /// in this state before.
  Mask allowed(State state);
  /// The state behind `text`; kDead where no text of the grammar goes on so.
  State advance(State state, std::string_view text);
  /// See JsonAutomaton.
  bool complete(State state) const;
  bool exhausted(State state) const;

  /// Whether it holds so many states that a walk should go on apart().
  bool crowded() const { return crowded_; }
  /// The same grammar with nothing learnt, for one walk that is in `state`; and the state's number there.
  std::pair<std::shared_ptr<GrammarMasks>, State> apart(State state) const;

  /// Passes over the vocabulary that were made.
  std::int64_t passes() const { return passes_; }
  /// Memory after the last of them, roughly; without the tokens, which belong to the model. Waits for nobody.
  std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kMaxMasks = 128;  ///< 19 KB each for 151k tokens

  GrammarMasks(JsonAutomaton automaton, std::shared_ptr<const TokenBytes> tokens);
  std::vector<std::uint64_t> made(State state);
  void account();

  const std::shared_ptr<const TokenBytes> tokens_;
  mutable std::mutex mutex_;  // guards the next three
  JsonAutomaton automaton_;
  const State start_;
  std::unordered_map<State, Mask> masks_;

  // Written under the mutex.
  std::atomic<bool> crowded_ = false;
  std::atomic<std::int64_t> passes_ = 0;
  std::atomic<std::size_t> bytes_ = 0;
};

}  // namespace fovea
