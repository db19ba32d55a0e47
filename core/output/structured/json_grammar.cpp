#include "core/output/structured/json_grammar.h"

#include <algorithm>

namespace fovea {

int JsonGrammar::add() {
  states.emplace_back();
  return static_cast<int>(states.size()) - 1;
}

void JsonGrammar::bytes(int from, std::uint8_t first, std::uint8_t last, int to) {
  states[static_cast<std::size_t>(from)].edges.push_back({first, last, to});
}

void JsonGrammar::free(int from, int to) {
  states[static_cast<std::size_t>(from)].free.push_back(to);
}

int JsonGrammar::literal(int from, std::string_view text) {
  for (const char c : text) {
    const int next = add();
    const auto byte = static_cast<std::uint8_t>(c);
    bytes(from, byte, byte, next);
    from = next;
  }
  return from;
}

int JsonGrammar::call(int from, int callee) {
  const int site = add();
  const int after = add();
  free(from, site);
  states[static_cast<std::size_t>(site)].callee = callee;
  states[static_cast<std::size_t>(site)].after = after;
  return after;
}

std::size_t JsonGrammar::bytes() const {
  std::size_t sum = states.size() * sizeof(State);
  for (const State& state : states)
    sum += state.edges.size() * sizeof(Edge) + state.free.size() * sizeof(int);
  return sum;
}

void JsonGrammar::measure() {
  const auto needed = [this](int state) { return states[static_cast<std::size_t>(state)].calls_needed; };
  for (bool changed = true; changed;) {
    changed = false;
    for (auto state = states.rbegin(); state != states.rend(); ++state) {
      int best = state->ends ? 0 : state->calls_needed;
      for (const Edge& edge : state->edges) best = std::min(best, needed(edge.target));
      for (const int target : state->free) best = std::min(best, needed(target));
      if (state->callee != kNone)
        best = std::min(best, std::max(needed(state->callee) + 1, needed(state->after)));
      if (best < state->calls_needed) {
        state->calls_needed = best;
        changed = true;
      }
    }
  }
}

}  // namespace fovea
