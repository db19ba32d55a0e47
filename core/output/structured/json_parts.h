#pragma once

#include "core/output/structured/json_grammar.h"

#include <cstdint>

namespace fovea {

/// The parts of JSON that do not depend on a schema; each is added to a grammar once.
class JsonParts {
 public:
  static constexpr std::int64_t kLargest = 999'999'999'999'999;  ///< 15 digits: exact in a double

  explicit JsonParts(JsonGrammar& grammar);

  int character() const { return character_; }  ///< one character of a string, as itself or escaped
  int any() const { return any_; }              ///< any value
  int any_object() const { return any_object_; }

  /// The start of a part: a string of `least` to `most` characters; `most` < 0: without end.
  int string(std::int64_t least, std::int64_t most);
  /// Whole numbers in [low, high], both within ±kLargest.
  int integer(std::int64_t low, std::int64_t high);
  /// Decimal numbers in [low, high], both within ±kLargest.
  int number(std::int64_t low, std::int64_t high);
  /// `least` to `most` values at `item` in brackets; `most` < 0: without end.
  int array(int item, std::int64_t least, std::int64_t most);
  /// An object of any keys with values at `value`.
  int map(int value);
  /// ',' or ':' with an optional space; the state behind it.
  int mark(int from, char mark);

 private:
  int make_character();
  void magnitude(int from, std::int64_t low, std::int64_t high, int to);

  JsonGrammar& grammar_;
  int character_ = JsonGrammar::kNone;
  int any_ = JsonGrammar::kNone;
  int any_object_ = JsonGrammar::kNone;
};

}  // namespace fovea
