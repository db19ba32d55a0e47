#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fovea {

/// Ends a text before the first stop string in it, wherever tokens cut it. The first is the one whose last
/// byte comes first; among several that end there, the one that begins first. Text is held back only while it
/// is the beginning of a stop string. Works on whole characters if text and stop strings are whole. Used by
/// one thread at a time. Cost: linear in the text, times the number of stop strings (Knuth, Morris, Pratt).
class StopStrings {
 public:
  /// None of them empty.
  explicit StopStrings(const std::vector<std::string>& strings);

  /// Takes the next piece and appends to `out` what is certain to come before any stop string. Does nothing
  /// once found() holds.
  void push(std::string_view text, std::string& out);
  /// Nothing comes after: what was held back is appended.
  void flush(std::string& out);

  bool found() const { return found_ != nullptr; }
  /// The stop string that ended the text; empty while there is none.
  std::string_view which() const { return found_ == nullptr ? std::string_view() : found_->text; }

 private:
  struct Pattern {
    std::string text;
    std::vector<std::size_t> border;  ///< [i]: longest proper border of the first i + 1 bytes
    std::size_t matched = 0;          ///< longest end of the text so far that begins this string
  };

  std::vector<Pattern> patterns_;
  const Pattern* found_ = nullptr;
  std::string held_;  ///< text that has come and may be the beginning of a stop string
};

}  // namespace fovea
