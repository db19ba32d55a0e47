#pragma once

#include <cstddef>

namespace fovea {

/// What one rendering of a chat template may use up. The defaults end every runaway template well within a
/// second and leave the longest real conversations (a few MB of text) far from any limit.
struct TemplateBudget {
  /// Expressions and statements evaluated, items looked at.
  std::size_t steps = 2'000'000;
  /// Bytes of text and lists read or written by operations, added up over the rendering; bounds its memory
  /// too.
  std::size_t bytes = 256'000'000;
  /// Bytes of the rendered text, and of any single string on the way.
  std::size_t output = 64'000'000;
  /// Macro calls inside one another.
  int macro_depth = 100;
  /// Expressions and statements inside one another while evaluating, macros included: bounds the stack.
  int evaluation_depth = 1000;
};

}  // namespace fovea
