#include "core/input/text/template/lexer.h"

#include "core/input/text/template/literals.h"
#include "core/input/text/template/syntax_error.h"
#include "core/input/text/template/unicode.h"

namespace fovea::jinja {
namespace {

/// Line ends as \n, without the last one.
std::string with_plain_newlines(std::string_view source) {
  std::string out;
  out.reserve(source.size());
  for (std::size_t at = 0; at < source.size(); ++at) {
    if (source[at] != '\r') {
      out += source[at];
      continue;
    }
    out += '\n';
    if (at + 1 < source.size() && source[at + 1] == '\n') ++at;
  }
  if (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(with_plain_newlines(source)) {}

  std::vector<Token> run() {
    while (at_ < source_.size()) lex_data();
    add(TokenKind::kEnd);
    return std::move(tokens_);
  }

 private:
  std::string_view rest() const { return std::string_view(source_).substr(at_); }
  bool here(std::string_view what) const { return rest().substr(0, what.size()) == what; }

  void add(TokenKind kind, std::string text = {}) { tokens_.push_back({kind, line_, std::move(text), 0, 0}); }

  /// Moves `bytes` on and counts the lines passed.
  void advance(std::size_t bytes) {
    for (std::size_t end = at_ + bytes; at_ < end; ++at_) line_ += source_[at_] == '\n' ? 1 : 0;
  }
  void skip_spaces() { advance(rest().size() - strip_left(rest()).size()); }

  /// The text up to `tag_at`, cut as the tag's sign and lstrip_blocks ask.
  std::string_view text_before(std::size_t tag_at, char sign, bool block) const {
    std::string_view text = std::string_view(source_).substr(at_, tag_at - at_);
    if (sign == '-') return strip_right(text);
    if (sign == '+' || !block) return text;
    const std::size_t newline = text.rfind('\n');
    const std::size_t line_start = newline == std::string_view::npos ? 0 : newline + 1;
    if (line_start == 0 && !line_starting_) return text;
    const bool blank = strip_left(text.substr(line_start)).empty();
    return blank ? text.substr(0, line_start) : text;
  }

  void add_data(std::string_view text) {
    if (!text.empty()) add(TokenKind::kData, std::string(text));
  }

  static char sign_of(std::string_view source, std::size_t at) {
    return at < source.size() && (source[at] == '-' || source[at] == '+') ? source[at] : '\0';
  }

  /// Text up to the next tag, and the tag.
  void lex_data() {
    const auto opens_tag = [this](std::size_t brace) {
      const char next = brace + 1 < source_.size() ? source_[brace + 1] : '\0';
      return next == '{' || next == '%' || next == '#';
    };
    std::size_t tag = source_.find('{', at_);
    while (tag != std::string::npos && !opens_tag(tag)) tag = source_.find('{', tag + 1);
    if (tag == std::string::npos) {
      add_data(rest());
      advance(source_.size() - at_);
      return;
    }
    const char type = source_[tag + 1];
    const char sign = sign_of(source_, tag + 2);
    const std::size_t length = sign == '\0' ? 2 : 3;
    add_data(text_before(tag, sign, type != '{'));
    advance(tag - at_);
    std::size_t raw_end = 0;
    if (type == '%' && is_raw_begin(tag + length, raw_end)) {
      advance(raw_end - at_);
      line_starting_ = at_ > 0 && source_[at_ - 1] == '\n';
      lex_raw();
      return;
    }
    advance(length);
    line_starting_ = false;
    if (type == '#') {
      lex_comment();
    } else if (type == '%') {
      add(TokenKind::kBlockBegin, "{%");
      lex_code(true);
    } else {
      add(TokenKind::kVariableBegin, "{{");
      lex_code(false);
    }
  }

  std::size_t after_spaces(std::size_t at) const {
    const std::string_view tail = std::string_view(source_).substr(at);
    return at + (tail.size() - strip_left(tail).size());
  }

  /// Whether a word and the end of its tag stand at `at`; `end` is then behind them.
  bool word_at(std::size_t at, std::string_view word, std::size_t& end) const {
    const std::size_t start = after_spaces(at);
    if (std::string_view(source_).substr(start, word.size()) != word) return false;
    end = after_spaces(start + word.size());
    return true;
  }

  bool is_raw_begin(std::size_t at, std::size_t& end) const {
    if (!word_at(at, "raw", end)) return false;
    if (source_.compare(end, 3, "-%}") == 0) {
      end = after_spaces(end + 3);
      return true;
    }
    if (source_.compare(end, 2, "%}") != 0) return false;
    end += 2;  // trim_blocks does not reach here
    return true;
  }

  /// Behind %}, with what `-` and trim_blocks take away; npos when no tag ends at `at`.
  std::size_t after_block_end(std::size_t at, std::string_view closing) const {
    const std::string_view tail = std::string_view(source_).substr(at);
    if (tail.substr(0, 1) == "-" && tail.substr(1, 2) == closing) return after_spaces(at + 3);
    if (tail.substr(0, 1) == "+" && tail.substr(1, 2) == closing) return at + 3;
    if (tail.substr(0, 2) != closing) return std::string::npos;
    return at + 2 + (tail.substr(2, 1) == "\n" ? 1U : 0U);
  }

  void lex_raw() {
    for (std::size_t tag = source_.find("{%", at_); tag != std::string::npos;
         tag = source_.find("{%", tag + 2)) {
      const char sign = sign_of(source_, tag + 2);
      std::size_t end = 0;
      if (!word_at(tag + (sign == '\0' ? 2 : 3), "endraw", end)) continue;
      end = after_block_end(end, "%}");
      if (end == std::string::npos) continue;
      add_data(text_before(tag, sign, true));
      advance(end - at_);
      line_starting_ = source_[at_ - 1] == '\n';
      return;
    }
    syntax_error("A raw block is not closed.", line_);
  }

  void lex_comment() {
    const std::size_t close = source_.find("#}", at_);
    if (close == std::string::npos) syntax_error("A comment is not closed.", line_);
    // A sign right before the end belongs to it, unless it is the one that opened the comment.
    const std::size_t from =
        close > at_ && (source_[close - 1] == '-' || source_[close - 1] == '+') ? close - 1 : close;
    advance(after_block_end(from, "#}") - at_);
    line_starting_ = source_[at_ - 1] == '\n';
  }

  /// The tokens inside {{ }} or {% %}, its end included.
  void lex_code(bool block) {
    std::string open;  // brackets that wait for their partners
    while (at_ < source_.size()) {
      if (open.empty() && lex_code_end(block)) return;
      lex_token(open);
    }
    // The parser says what was missing.
  }

  bool lex_code_end(bool block) {
    std::size_t end = std::string::npos;
    if (block) {
      end = after_block_end(at_, "%}");
    } else if (here("-}}")) {
      end = after_spaces(at_ + 3);
    } else if (here("}}")) {
      end = at_ + 2;
    }
    if (end == std::string::npos) return false;
    add(block ? TokenKind::kBlockEnd : TokenKind::kVariableEnd, block ? "%}" : "}}");
    advance(end - at_);
    line_starting_ = source_[at_ - 1] == '\n';
    return true;
  }

  void lex_token(std::string& open) {
    std::size_t after = at_;
    const char32_t c = next_code_point(source_, after);
    if (is_space(c)) {
      skip_spaces();
    } else if (c >= U'0' && c <= U'9') {
      lex_number();
    } else if (is_identifier_start(c)) {
      while (after < source_.size()) {
        std::size_t next = after;
        if (!is_identifier_part(next_code_point(source_, next))) break;
        after = next;
      }
      add(TokenKind::kName, source_.substr(at_, after - at_));
      advance(after - at_);
    } else if (c == U'"' || c == U'\'') {
      lex_string(static_cast<char>(c));
    } else {
      lex_operator(open);
    }
  }

  void lex_number() {
    const bool after_dot = at_ > 0 && source_[at_ - 1] == '.';
    const Number number = scan_number(rest(), !after_dot, line_);
    Token token;
    token.kind = number.is_float ? TokenKind::kFloat : TokenKind::kInteger;
    token.line = line_;
    token.text = source_.substr(at_, number.length);
    token.integer = number.integer;
    token.number = number.real;
    tokens_.push_back(std::move(token));
    advance(number.length);
  }

  void lex_string(char quote) {
    std::size_t end = at_ + 1;
    while (end < source_.size() && source_[end] != quote) end += source_[end] == '\\' ? 2 : 1;
    if (end >= source_.size()) syntax_error("A string is not closed.", line_);
    add(TokenKind::kString, unescape(std::string_view(source_).substr(at_ + 1, end - at_ - 1), line_));
    advance(end + 1 - at_);
  }

  void lex_operator(std::string& open) {
    static constexpr std::string_view kDouble[] = {"//", "**", "==", "!=", ">=", "<="};
    static constexpr std::string_view kSingle = "+-/*%~[](){}><=.:|,;";
    std::string_view found;
    for (const std::string_view candidate : kDouble) {
      if (here(candidate)) found = candidate;
    }
    if (found.empty() && kSingle.find(source_[at_]) != std::string_view::npos) found = rest().substr(0, 1);
    if (found.empty()) {
      std::size_t after = at_;
      next_code_point(source_, after);
      syntax_error("The character " + source_.substr(at_, after - at_) + " has no meaning there.", line_);
    }
    const char c = found.front();
    if (c == '(' || c == '[' || c == '{') {
      open += c == '(' ? ')' : c == '[' ? ']' : '}';
    } else if (c == ')' || c == ']' || c == '}') {
      if (open.empty() || open.back() != c) syntax_error("A bracket is closed that was not opened.", line_);
      open.pop_back();
    }
    add(TokenKind::kOperator, std::string(found));
    advance(found.size());
  }

  std::string source_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool line_starting_ = true;  ///< nothing but tags stood on this line so far
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view source) {
  return Lexer(source).run();
}

std::string describe(const Token& token) {
  switch (token.kind) {
    case TokenKind::kData:
      return "text";
    case TokenKind::kEnd:
      return "the end of the template";
    case TokenKind::kString:
      return "a string";
    default:
      return "'" + token.text + "'";
  }
}

}  // namespace fovea::jinja
