#include "core/input/text/pattern_translation.h"

#include "core/input/text/pattern_escape.h"
#include "core/input/text/tokenizer_errors.h"
#include "core/input/text/utf8.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace fovea::text {
namespace {

constexpr std::size_t kMaxPattern = 8192;
constexpr int kMaxDepth = 64;
constexpr std::uint32_t kMaxRepeat = 1000;
constexpr char32_t kNone = 0x110000;  ///< no character

/// Letters that fold together with one other character when they stand side by side: Oniguruma then matches ß
/// for ss and the like, PCRE2 does not.
constexpr std::string_view kFoldTogether[] = {"ss", "ff", "fi", "fl", "st"};

bool is_ascii_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
char lower(char32_t c) {
  return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

/// A code point as PCRE2 takes it literally everywhere.
std::string literal(char32_t c) {
  if (is_ascii_letter(c) || (c >= '0' && c <= '9') || c >= 0x80) {
    std::string out;
    append_utf8(out, c);
    return out;
  }
  static constexpr std::string_view kHex = "0123456789abcdef";
  return std::string("\\x{") + kHex[c >> 4] + kHex[c & 15] + "}";
}

class Translation {
 public:
  explicit Translation(std::string_view in) : in_(in) {}

  Result<std::string> run() {
    if (in_.size() > kMaxPattern) {
      refuse("more than " + std::to_string(kMaxPattern) + " bytes");
    } else if (alternatives(0, false) && at_ < in_.size()) {
      refuse("a ')' too many");
    }
    if (problem_) return unsupported_tokenizer("a split pattern with " + *problem_);
    return std::move(out_);
  }

 private:
  bool refuse(std::string what) {
    if (!problem_) problem_ = std::move(what);
    return false;
  }
  bool at_end() const { return at_ >= in_.size(); }
  bool next_is(std::string_view word) const { return in_.substr(at_, word.size()) == word; }
  bool take(std::string_view word) {
    if (!next_is(word)) return false;
    at_ += word.size();
    return true;
  }

  /// Reads up to the closing parenthesis of this group, or to the end.
  bool alternatives(int depth, bool caseless) {
    if (depth > kMaxDepth) return refuse("groups nested too deep");
    previous_letter_ = '\0';
    while (!at_end() && in_[at_] != ')') {
      if (take("|")) {
        out_ += '|';
        previous_letter_ = '\0';
        continue;
      }
      bool repeatable = true;
      if (!atom(depth, caseless, repeatable) || !quantifier(caseless, repeatable)) return false;
    }
    return true;
  }

  bool atom(int depth, bool caseless, bool& repeatable) {
    const char c = in_[at_];
    switch (c) {
      case '(':
        return group(depth, caseless, repeatable);
      case '[':
        previous_letter_ = '\0';
        return character_class(caseless);
      case '.':
        ++at_;
        previous_letter_ = '\0';
        out_ += "[^\\x{0a}]";
        return true;
      case '\\': {
        PatternEscape escape;
        if (!read_escape(escape)) return false;
        if (escape.set.empty()) return put_literal(escape.character, caseless);
        previous_letter_ = '\0';
        out_ += escape.set;
        return true;
      }
      case '^':
      case '$':
        return refuse(std::string("the anchor '") + c + "'");
      case '*':
      case '+':
      case '?':
      case '{':
        return refuse(std::string("'") + c + "' where nothing can be repeated");
      default:
        return put_literal(next_code_point(in_, at_), caseless);
    }
  }

  bool put_literal(char32_t c, bool caseless) {
    if (caseless && c >= 0x80) return refuse("letters beyond ASCII without regard to case");
    if (caseless) {
      const char pair[2] = {previous_letter_, lower(c)};
      if (std::ranges::find(kFoldTogether, std::string_view(pair, 2)) != std::end(kFoldTogether)) {
        return refuse("'" + std::string(pair, 2) + "' without regard to case");
      }
    }
    previous_letter_ = c < 0x80 ? lower(c) : '\0';
    out_ += literal(c);
    return true;
  }

  bool group(int depth, bool caseless, bool& repeatable) {
    if (caseless) return refuse("a group without regard to case that holds another");
    if (take("(?:")) {
      out_ += "(?:";
    } else if (take("(?i:")) {
      out_ += "(?i:";
      caseless = true;
    } else if (next_is("(?=") || next_is("(?!")) {
      out_ += in_.substr(at_, 3);
      at_ += 3;
      repeatable = false;
    } else if (next_is("(?")) {
      return refuse(in_quotes(in_.substr(at_, 4)));
    } else {
      ++at_;
      out_ += "(?:";
    }
    if (!alternatives(depth + 1, caseless)) return false;
    if (!take(")")) return refuse("a '(' without its ')'");
    out_ += ')';
    return true;
  }

  bool quantifier(bool caseless, bool repeatable) {
    if (at_end()) return true;
    std::string repeat;
    const char c = in_[at_];
    if (c == '?' || c == '*' || c == '+') {
      repeat = c;
      ++at_;
      if (take("?"))
        repeat += '?';
      else if (take("+"))
        repeat += '+';
    } else if (c == '{') {
      if (!interval(repeat)) return false;
    } else {
      return true;
    }
    if (!repeatable) return refuse("a repeated lookahead");
    if (caseless && repeat != "?") return refuse("repetition without regard to case");
    if (!at_end() && (in_[at_] == '?' || in_[at_] == '*' || in_[at_] == '+' || in_[at_] == '{')) {
      return refuse("one repetition on top of another");
    }
    out_ += repeat;
    return true;
  }

  /// {n}, {n,} or {n,m}. What may follow it means other things to the two libraries, so nothing may.
  bool interval(std::string& repeat) {
    const std::size_t begin = at_++;
    std::uint32_t least = 0, most = 0;
    if (!number(least)) return refuse("'{' that is not {n}, {n,} or {n,m}");
    most = least;
    if (take(",")) {
      if (next_is("}"))
        most = kMaxRepeat;
      else if (!number(most))
        return refuse("'{' that is not {n}, {n,} or {n,m}");
    }
    if (!take("}")) return refuse("'{' that is not {n}, {n,} or {n,m}");
    if (least > most || most > kMaxRepeat) return refuse("a repetition out of range");
    repeat = in_.substr(begin, at_ - begin);
    return true;
  }

  bool number(std::uint32_t& value) {
    const std::size_t begin = at_;
    value = 0;
    for (; !at_end() && in_[at_] >= '0' && in_[at_] <= '9' && at_ - begin < 5; ++at_) {
      value = value * 10 + static_cast<std::uint32_t>(in_[at_] - '0');
    }
    return at_ > begin;
  }

  bool character_class(bool caseless) {
    ++at_;
    out_ += '[';
    if (take("^")) out_ += '^';
    if (next_is("]")) return refuse("a class that begins with ']'");
    char32_t range_from = kNone;  // the literal before, which a '-' may turn into a range
    while (!at_end() && in_[at_] != ']') {
      if (next_is("[")) return refuse("a class within a class");
      if (next_is("&&")) return refuse("an intersection of classes");
      if (next_is("-") && range_from != kNone && at_ + 1 < in_.size() && in_[at_ + 1] != ']') {
        ++at_;
        char32_t last = 0;
        const std::size_t before = out_.size();
        if (next_is("[") || next_is("&&") || !member(caseless, last) || out_.size() != before) {
          return refuse("a range that ends in a class");
        }
        if (last < range_from) return refuse("a range that runs backwards");
        out_ += '-' + literal(last);
        range_from = kNone;
        continue;
      }
      if (next_is("-") && range_from == kNone && out_.back() != '[' && out_.back() != '^' &&
          at_ + 1 < in_.size() && in_[at_ + 1] != ']') {
        return refuse("a '-' between classes");
      }
      char32_t character = 0;
      const std::size_t before = out_.size();
      const bool hyphen = next_is("-");
      if (!member(caseless, character)) return false;
      range_from = kNone;
      if (out_.size() == before) {
        out_ += literal(character);
        if (!hyphen) range_from = character;
      }
    }
    if (!take("]")) return refuse("a '[' without its ']'");
    out_ += ']';
    return true;
  }

  /// One member of a class: a set goes to the output, a character to `character`.
  bool member(bool caseless, char32_t& character) {
    if (in_[at_] == '\\') {
      PatternEscape escape;
      if (!read_escape(escape)) return false;
      out_ += escape.set;
      character = escape.character;
    } else {
      character = next_code_point(in_, at_);
    }
    if (caseless && character >= 0x80) return refuse("letters beyond ASCII without regard to case");
    return true;
  }

  bool read_escape(PatternEscape& escape) {
    escape = read_pattern_escape(in_.substr(at_));
    at_ += escape.length;
    return escape.problem.empty() || refuse(escape.problem);
  }

  std::string_view in_;
  std::size_t at_ = 0;
  std::string out_;
  std::optional<std::string> problem_;
  char previous_letter_ = '\0';
};

}  // namespace

Result<std::string> to_pcre2_pattern(std::string_view oniguruma) {
  return Translation(oniguruma).run();
}

}  // namespace fovea::text
