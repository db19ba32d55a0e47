#pragma once

#include <string>
#include <string_view>

namespace fovea::text {

/// A text as PCRE2 should see it: characters whose category the system's PCRE2 does not know as the reference
/// does (those of Unicode 15 and later, and U+180E, white space to PCRE2 alone) give way to older ones of the
/// right category and of the same length, so that offsets stay true. Nearly every text needs none.
class MatchedText {
 public:
  /// `text` must be UTF-8 and outlive this.
  explicit MatchedText(std::string_view text);
  MatchedText(const MatchedText&) = delete;
  MatchedText& operator=(const MatchedText&) = delete;

  std::string_view view() const { return view_; }

 private:
  std::string replaced_;
  std::string_view view_;
};

/// The older character for one that PCRE2 does not know, else the character itself.
char32_t stand_in_for(char32_t c);

}  // namespace fovea::text
