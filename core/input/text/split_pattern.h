#pragma once

#include "core/api/error.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace fovea::text {

/// Part of a text, in bytes.
struct Span {
  std::uint32_t begin = 0, end = 0;
};

/// What matching needs beside the pattern; one for each thread that splits, made there. Holds the deadline:
/// patterns come with a model and may be slow on some text, so that all splitting done with one workspace
/// must be over in kSplitTime.
class SplitWorkspace {
 public:
  static constexpr std::chrono::seconds kSplitTime{5};

  SplitWorkspace();
  ~SplitWorkspace();
  SplitWorkspace(const SplitWorkspace&) = delete;
  SplitWorkspace& operator=(const SplitWorkspace&) = delete;

 private:
  friend class SplitPattern;
  struct State;
  std::unique_ptr<State> state_;
};

/// A regular expression that cuts text into words. Immutable; any thread.
class SplitPattern {
 public:
  /// `oniguruma`: the pattern in tokenizer.json's syntax. Errors: kUnsupported (see to_pcre2_pattern).
  static Result<SplitPattern> compile(std::string_view oniguruma);

  /// Cuts `span` of `text` into matches and what lies between them, in order, without empty ones, and appends
  /// these to `out`. Matching sees nothing beyond the span. `text` must be UTF-8 of less than 4 GiB, as
  /// MatchedText gives it. Errors: kTooLong when the pattern takes too long over this text.
  Result<void> split(std::string_view text, Span span, SplitWorkspace& workspace,
                     std::vector<Span>& out) const;

 private:
  explicit SplitPattern(std::shared_ptr<const void> code) : code_(std::move(code)) {}
  std::shared_ptr<const void> code_;  ///< pcre2_code
};

}  // namespace fovea::text
