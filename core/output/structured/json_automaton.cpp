#include "core/output/structured/json_automaton.h"

#include <algorithm>
#include <set>

namespace fovea {
namespace {

constexpr JsonAutomaton::State kUnknown = -1;

}  // namespace

JsonAutomaton::JsonAutomaton(std::shared_ptr<const JsonGrammar> grammar)
    : grammar_(std::move(grammar)), calls_{{JsonGrammar::kNone, 0, 0}} {
  remember({}, false);
  start_ = close({{grammar_->start, 0}});
}

JsonAutomaton::JsonAutomaton(const JsonAutomaton& other, State& state)
    : grammar_(other.grammar_), calls_(other.calls_), known_calls_(other.known_calls_) {
  remember({}, false);
  start_ = close({{grammar_->start, 0}});
  const Node& node = other.nodes_[static_cast<std::size_t>(state)];
  state = remember(node.places, node.complete);
}

std::size_t JsonAutomaton::bytes() const {
  std::size_t places = 0;
  for (const Node& node : nodes_) places += node.places.size();
  // Places stand in a node and in its key.
  return nodes_.size() * (sizeof(Node) + sizeof(std::vector<Place>) + 100) + 2 * places * sizeof(Place) +
         calls_.size() * (sizeof(Call) + 80);
}

JsonAutomaton::State JsonAutomaton::next(State state, std::uint8_t byte) {
  const State seen = nodes_[static_cast<std::size_t>(state)].next[byte];
  if (seen != kUnknown) return seen;
  std::vector<Place> open;
  for (const Place& place : nodes_[static_cast<std::size_t>(state)].places)
    for (const JsonGrammar::Edge& edge : grammar_->states[static_cast<std::size_t>(place.state)].edges)
      if (edge.first <= byte && byte <= edge.last) open.push_back({edge.target, place.calls});
  const State reached = open.empty() ? kDead : close(std::move(open));
  nodes_[static_cast<std::size_t>(state)].next[byte] = reached;
  return reached;
}

JsonAutomaton::State JsonAutomaton::close(std::vector<Place> open) {
  std::set<Place> seen;
  std::vector<Place> places;
  bool complete = false;
  while (!open.empty() && seen.size() < kMaxMeanings) {
    const Place place = open.back();
    open.pop_back();
    const JsonGrammar::State& state = grammar_->states[static_cast<std::size_t>(place.state)];
    const Call call = calls_[static_cast<std::size_t>(place.calls)];
    // What could not end within the limit is given up here, so that no walk gets stuck.
    if (call.depth + state.calls_needed > JsonGrammar::kMaxCalls || !seen.insert(place).second) continue;
    if (!state.edges.empty()) places.push_back(place);
    for (const int target : state.free) open.push_back({target, place.calls});
    if (state.ends && call.depth == 0) complete = true;
    if (state.ends && call.depth > 0) open.push_back({call.after, call.outer});
    if (state.callee != JsonGrammar::kNone &&
        call.depth + grammar_->states[static_cast<std::size_t>(state.after)].calls_needed <=
            JsonGrammar::kMaxCalls) {
      const auto [known, added] =
          known_calls_.try_emplace({state.after, place.calls}, static_cast<int>(calls_.size()));
      if (added) calls_.push_back({state.after, place.calls, call.depth + 1});
      open.push_back({state.callee, known->second});
    }
  }
  std::ranges::sort(places);
  return remember(std::move(places), complete);
}

JsonAutomaton::State JsonAutomaton::remember(std::vector<Place> places, bool complete) {
  const auto [known, added] = known_.try_emplace({places, complete}, static_cast<State>(nodes_.size()));
  if (added) {
    nodes_.push_back({std::move(places), complete, {}});
    nodes_.back().next.fill(kUnknown);
  }
  return known->second;
}

}  // namespace fovea
