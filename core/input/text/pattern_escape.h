#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fovea::text {

/// A backslash and what belongs to it, in a split pattern.
struct PatternEscape {
  std::string set;  ///< a set of characters in PCRE2's syntax; empty: `character` it is
  char32_t character = 0;
  std::string problem;     ///< what Fovea does not follow, or empty
  std::size_t length = 0;  ///< bytes read, the backslash included
};

/// Reads the escape that `pattern` (UTF-8, Oniguruma's syntax) begins with.
PatternEscape read_pattern_escape(std::string_view pattern);

}  // namespace fovea::text
