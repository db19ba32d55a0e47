#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace fovea {

/// Bytes that a text may consist of, as a network of states in which a state may also call another part of
/// the network and go on when that part has ended (a recursive transition network). Plain data; safe to read
/// from any thread once built.
struct JsonGrammar {
  static constexpr int kNone = -1;
  static constexpr int kImpossible = 1 << 20;  ///< a depth that no text needs
  static constexpr int kMaxCalls = 96;         ///< calls that may be open at once
  static constexpr std::size_t kMaxStates = 200000;

  struct Edge {
    std::uint8_t first = 0;
    std::uint8_t last = 0;
    int target = kNone;
  };
  struct State {
    std::vector<Edge> edges;
    std::vector<int> free;           ///< states reached without a byte
    int callee = kNone;              ///< start of the part called from here
    int after = kNone;               ///< where it goes on when the call has ended
    bool ends = false;               ///< a call may end here
    int calls_needed = kImpossible;  ///< fewest open calls with which an end is reached from here
  };

  std::vector<State> states;
  int start = kNone;

  int add();
  void bytes(int from, std::uint8_t first, std::uint8_t last, int to);
  void free(int from, int to);
  /// From `from` through all of `text`; the state behind it.
  int literal(int from, std::string_view text);
  /// Calls the part at `callee`; the state behind it.
  int call(int from, int callee);
  /// Memory, roughly.
  std::size_t bytes() const;
  /// Fills `calls_needed`: the least fixed point over edges and calls.
  void measure();
};

}  // namespace fovea
