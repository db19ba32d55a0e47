#pragma once

#include "core/input/text/split_pattern.h"

namespace fovea::text {

/// Cuts text into the words that BPE works on: patterns applied one after the other, each to the parts that
/// those before it left. Immutable; any thread.
class PreTokenizer {
 public:
  explicit PreTokenizer(std::vector<SplitPattern> patterns) : patterns_(std::move(patterns)) {}

  /// The words of `text` (UTF-8, less than 4 GiB), covering it from front to back.
  /// Errors: kTooLong when a pattern takes too long over this text.
  Result<std::vector<Span>> words(std::string_view text, SplitWorkspace& workspace) const;

 private:
  std::vector<SplitPattern> patterns_;
};

}  // namespace fovea::text
