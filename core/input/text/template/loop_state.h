#pragma once

#include "core/input/text/template/value.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace fovea::jinja {

/// The special variable `loop`: draws the items of one for loop, looking ahead only when asked to (as Jinja
/// does, so that a generator shared with the loop's body gives the same items to both).
struct LoopState {
  std::shared_ptr<Iterator> source;
  std::optional<std::size_t> length;  ///< known from the start for sized iterables
  std::int64_t index0 = -1;
  std::optional<Value> before, current, after;
  std::optional<std::vector<Value>> last_changed;
  bool exhausted = false;

  /// Moves to the next item; false at the end.
  bool advance(Runtime& runtime);
  /// Whether there is an item after the current one.
  bool has_next(Runtime& runtime);
  /// All items; draws a generator to its end.
  std::size_t count(Runtime& runtime);
};

/// An attribute of `loop` (index, first, cycle, …); empty when it has no such attribute.
std::optional<Value> loop_attribute(const std::shared_ptr<LoopState>& loop, std::string_view name,
                                    Runtime& runtime);

}  // namespace fovea::jinja
