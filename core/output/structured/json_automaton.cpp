#include "core/output/structured/json_automaton.h"

#include <algorithm>
#include <set>

namespace fovea {
namespace {

constexpr JsonAutomaton::State kUnknown = -1;

}  // namespace

JsonAutomaton::JsonAutomaton(std::shared_ptr<const JsonGrammar> grammar) : grammar_(std::move(grammar)) {
  reset();
}

void JsonAutomaton::reset() {
  nodes_.clear();
  known_.clear();
  remember({}, false);
  if (calls_.empty()) calls_.push_back({JsonGrammar::kNone, 0, 0});
  start_ = close({{grammar_->start, 0}});
}

JsonAutomaton::State JsonAutomaton::forget_others(State state) {
  std::vector<Place> places = nodes_[static_cast<std::size_t>(state)].places;
  const bool complete = nodes_[static_cast<std::size_t>(state)].complete;
  reset();
  return remember(std::move(places), complete);
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
