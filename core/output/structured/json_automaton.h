#pragma once

#include "core/output/structured/json_grammar.h"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace fovea {

/// Walks a grammar byte by byte. What can be meant so far (a set of grammar states, each with the calls open
/// above it) is one number, and each step from it is remembered. From every state but kDead an end can be
/// reached within the grammar's limit of open calls, unless places were given up (kMaxMeanings). One thread
/// at a time.
class JsonAutomaton {
 public:
  using State = std::int32_t;
  static constexpr State kDead = 0;
  /// Places followed at once. A schema whose choices begin alike could double them with every level; the rest
  /// is then given up, which leaves fewer texts to write, never a wrong one.
  static constexpr std::size_t kMaxMeanings = 8192;
  static constexpr std::size_t kMaxRemembered = 20000;  ///< 1 KB each

  explicit JsonAutomaton(std::shared_ptr<const JsonGrammar> grammar);
  /// Goes on from another's `state`, which becomes its number here, with no other state remembered.
  JsonAutomaton(const JsonAutomaton& other, State& state);

  State start() const { return start_; }
  State next(State state, std::uint8_t byte);
  /// The text so far is a whole value.
  bool complete(State state) const { return nodes_[static_cast<std::size_t>(state)].complete; }
  /// Nothing can follow.
  bool exhausted(State state) const { return nodes_[static_cast<std::size_t>(state)].places.empty(); }
  /// Whether more than kMaxRemembered states are held.
  bool crowded() const { return nodes_.size() > kMaxRemembered; }
  /// Memory of what is remembered, roughly.
  std::size_t bytes() const;

 private:
  struct Place {
    int state = 0;
    int calls = 0;                                   ///< index into calls_
    auto operator<=>(const Place&) const = default;  // NOLINT(modernize-use-nullptr): not written here
  };
  struct Call {
    int after = 0;
    int outer = 0;
    int depth = 0;
  };
  struct Node {
    std::vector<Place> places;
    bool complete = false;
    std::array<State, 256> next;
  };

  State close(std::vector<Place> open);
  State remember(std::vector<Place> places, bool complete);

  std::shared_ptr<const JsonGrammar> grammar_;
  std::vector<Node> nodes_;
  std::map<std::pair<std::vector<Place>, bool>, State> known_;
  std::vector<Call> calls_;
  std::map<std::pair<int, int>, int> known_calls_;
  State start_ = kDead;
};

}  // namespace fovea
