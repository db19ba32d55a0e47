#include "core/input/text/template/special_casing.h"
#include "core/input/text/template/unicode.h"

#include <utf8proc.h>

namespace fovea::jinja {
namespace {

constexpr char32_t kCapitalSigma = 0x3A3;
constexpr char32_t kSmallSigma = 0x3C3;
constexpr char32_t kFinalSigma = 0x3C2;

char32_t simple(utf8proc_int32_t (*map)(utf8proc_int32_t), char32_t c) {
  return static_cast<char32_t>(map(static_cast<utf8proc_int32_t>(c)));
}

void append_all(std::string& out, std::u32string_view characters) {
  for (const char32_t c : characters) append_code_point(out, c);
}

/// Property Case_Ignorable, as far as the final sigma needs it.
bool is_case_ignorable(char32_t c) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_SK:
      return true;
    default:
      return c == U'\'' || c == U'.' || c == U':' || c == 0xB7U || c == 0x2018U || c == 0x2019U ||
             c == 0x2024U || c == 0x2027U;
  }
}

/// Unicode's Final_Sigma (section 3.13): a cased character before, none after, ignorable ones passed over.
/// Looks at most `kReach` characters far, so that a text of Σ and accents alone stays linear.
bool ends_word(std::string_view text, std::size_t start, std::size_t end) {
  constexpr int kReach = 64;
  bool cased_before = false;
  for (int seen = 0; start > 0 && seen < kReach; ++seen) {
    const char32_t c = previous_code_point(text, start);
    if (is_case_ignorable(c)) continue;
    cased_before = is_cased(c);
    break;
  }
  if (!cased_before) return false;
  for (int seen = 0; end < text.size() && seen < kReach; ++seen) {
    const char32_t c = next_code_point(text, end);
    if (!is_case_ignorable(c)) return !is_cased(c);
  }
  return true;
}

void append_lower(std::string& out, std::string_view text, std::size_t start, std::size_t end, char32_t c) {
  if (c == 0x130U) {  // İ: the one character whose lower form is two
    append_all(out, U"i\u0307");
  } else if (c == kCapitalSigma) {
    append_code_point(out, ends_word(text, start, end) ? kFinalSigma : kSmallSigma);
  } else {
    append_code_point(out, simple(utf8proc_tolower, c));
  }
}

}  // namespace

void append_upper(std::string& out, char32_t c) {
  const std::u32string_view special = special_upper(c);
  if (special.empty()) {
    append_code_point(out, simple(utf8proc_toupper, c));
  } else {
    append_all(out, special);
  }
}

void append_title(std::string& out, char32_t c) {
  const std::u32string_view special = special_title(c);
  if (special.empty()) {
    append_code_point(out, simple(utf8proc_totitle, c));
  } else {
    append_all(out, special);
  }
}

std::string to_upper(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) append_upper(out, next_code_point(text, at));
  return out;
}

std::string to_lower(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = next_code_point(text, at);
    append_lower(out, text, start, at, c);
  }
  return out;
}

std::string to_title(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool in_word = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = next_code_point(text, at);
    if (in_word) {
      append_lower(out, text, start, at, c);
    } else {
      append_title(out, c);
    }
    in_word = is_cased(c);
  }
  return out;
}

std::string to_capitalized(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = next_code_point(text, at);
    if (start == 0) {
      append_title(out, c);
    } else {
      append_lower(out, text, start, at, c);
    }
  }
  return out;
}

std::string swap_case(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = next_code_point(text, at);
    if (is_upper(c)) {
      append_lower(out, text, start, at, c);
    } else if (is_lower(c)) {
      append_upper(out, c);
    } else {
      append_code_point(out, c);
    }
  }
  return out;
}

}  // namespace fovea::jinja
