#include "ui/math_markdown.h"

#include "ui/math_text.h"

#include <algorithm>
#include <map>
#include <optional>

namespace fovea::ui {
namespace {

using Text = std::u16string;
using View = std::u16string_view;

bool is_blank(char16_t c) {
  return c == u' ' || c == u'\t' || c == u'\n' || c == u'\r';
}
bool is_letter(char16_t c) {
  return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= 0xC0 && c < 0x2000);
}
bool is_digit(char16_t c) {
  return c >= u'0' && c <= u'9';
}
bool holds_any(View text, View characters) {
  return text.find_first_of(characters) != View::npos;
}

/// Plain words in a row, which prose has and a formula has not.
int words_in(View text) {
  int words = 0;
  std::size_t letters = 0;
  for (const char16_t c : text) {
    letters = is_letter(c) ? letters + 1 : 0;
    if (letters == 2) ++words;
  }
  return words;
}

/// Whether what stands between two single dollars is a formula rather than the text between two sums.
bool looks_like_math(View text) {
  if (holds_any(text, u"\\^_={}")) return true;
  return words_in(text) < (is_digit(text.front()) ? 1 : 2);
}

struct Formula {
  View tex;
  std::size_t end = 0;  // behind its closing mark
  bool display = false;
  bool certain = false;  // its marks mean nothing else
};

/// Finds closing marks, and remembers where there are none: a text full of opening marks is still read once.
class MarkFinder {
 public:
  explicit MarkFinder(View text) : text_(text) {}

  /// Where `mark` stands next, before an empty line and within kLongestFormula.
  std::optional<std::size_t> find(std::size_t from, View mark) {
    Missing& missing = missing_[mark];
    if (from < missing.until && missing.at_empty_line) return {};
    const std::size_t last = std::min(text_.size(), from + kLongestFormula);
    std::size_t i = std::max(from, missing.until);
    for (; i < last; ++i) {
      if (text_.substr(i).starts_with(mark)) return i;
      if (text_[i] == u'\\') {
        ++i;
      } else if (text_[i] == u'\n') {
        const std::size_t next = text_.find_first_not_of(u" \t\r", i + 1);
        if (next == View::npos || text_[next] == u'\n') {
          missing = {i, true};
          return {};
        }
      }
    }
    missing = {i, false};
    return {};
  }

 private:
  struct Missing {
    std::size_t until = 0;
    bool at_empty_line = false;
  };

  View text_;
  std::map<View, Missing> missing_;  // by mark: there is none from where it was looked for last
};

std::optional<Formula> marked_formula(View text, std::size_t at, View close, MarkFinder& marks) {
  const auto end = marks.find(at + 2, close);
  if (!end) return {};
  const View tex = text.substr(at + 2, *end - at - 2);
  if (std::ranges::all_of(tex, is_blank)) return {};
  // A bracket may just be escaped: "\[1\]" is no formula.
  if (close == u"\\]" && !holds_any(tex, u"\\^_=+-*/<>{") && tex.size() < 4) return {};
  return Formula{tex, *end + 2, close != u"\\)", true};
}

std::optional<Formula> dollar_formula(View text, std::size_t at, MarkFinder& marks) {
  if (at + 1 >= text.size() || is_blank(text[at + 1])) return {};
  if (at > 0 && (is_letter(text[at - 1]) || is_digit(text[at - 1]) || text[at - 1] == u'$')) return {};
  const auto end = marks.find(at + 1, u"$");
  if (!end || *end == at + 1 || is_blank(text[*end - 1])) return {};
  if (*end + 1 < text.size()) {
    const char16_t next = text[*end + 1];
    if (is_letter(next) || is_digit(next) || next == u'$') return {};
  }
  const View tex = text.substr(at + 1, *end - at - 1);
  if (!looks_like_math(tex)) return {};
  return Formula{tex, *end + 1, false, false};
}

std::optional<Formula> formula_at(View text, std::size_t at, MarkFinder& marks) {
  const View here = text.substr(at);
  if (here.starts_with(u"$$")) return marked_formula(text, at, u"$$", marks);
  if (here.starts_with(u"\\[")) return marked_formula(text, at, u"\\]", marks);
  if (here.starts_with(u"\\(")) return marked_formula(text, at, u"\\)", marks);
  return here.starts_with(u"$") ? dollar_formula(text, at, marks) : std::nullopt;
}

/// So that Markdown shows each character as it is.
Text escaped(View text) {
  Text out;
  bool begins_line = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char16_t c = text[i];
    const bool mark = View(u"\\`*_[]<>|~&$").find(c) != View::npos;
    // At a line's beginning these would begin a list, a heading or a quotation.
    const bool leading = begins_line && View(u"#+-=").find(c) != View::npos;
    const bool numbering = (c == u'.' || c == u')') && i > 0 && is_digit(text[i - 1]);
    if (mark || leading || numbering) out += u'\\';
    out += c;
    begins_line = c == u'\n';
  }
  return out;
}

Text trimmed(View text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return Text(text);
}

void replace_all(Text& text, View what, View with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != Text::npos; at += with.size())
    text.replace(at, what.size(), with);
}

/// Source that cannot be read, as code; on one line, as code within text is.
Text as_code(View source) {
  if (source.find(u'`') != View::npos) return Text(source);
  Text out(source);
  std::ranges::replace(out, u'\n', u' ');
  return u'`' + out + u'`';
}

class Rewriter {
 public:
  explicit Rewriter(View text) : text_(text), marks_(text) {}

  Text run() {
    while (at_ < text_.size()) {
      if (begins_line()) {
        if (copy_fence_line()) continue;
      }
      if (fence_ != 0) {
        copy_line();
      } else if (text_[at_] == u'`') {
        copy_code();
      } else if (const auto formula = formula_at(text_, at_, marks_); formula && put(*formula)) {
        move_to(formula->end);
      } else if (text_[at_] == u'\\' && at_ + 1 < text_.size()) {
        copy(2);
      } else if (text_.substr(at_).starts_with(u"$$")) {
        copy(2);
      } else {
        copy(1);
      }
    }
    return out_;
  }

 private:
  bool begins_line() const { return at_ == line_; }
  void move_to(std::size_t to) {
    for (; at_ < to; ++at_) {
      if (text_[at_] == u'\n') line_ = at_ + 1;
    }
  }
  void copy(std::size_t count) {
    out_ += text_.substr(at_, count);
    move_to(std::min(text_.size(), at_ + count));
  }
  void copy_line() {
    const std::size_t end = text_.find(u'\n', at_);
    copy(end == View::npos ? text_.size() - at_ : end + 1 - at_);
  }

  /// A line that opens or closes a fence.
  bool copy_fence_line() {
    const std::size_t from = text_.find_first_not_of(u' ', at_);
    if (from == View::npos || (text_[from] != u'`' && text_[from] != u'~')) return false;
    const std::size_t to = std::min(text_.size(), text_.find_first_not_of(text_[from], from));
    if (to - from < 3) return false;
    if (fence_ == 0) {
      fence_ = text_[from];
      fence_size_ = to - from;
    } else if (text_[from] == fence_ && to - from >= fence_size_) {
      const View rest = text_.substr(to, text_.find(u'\n', to) - to);
      if (std::ranges::all_of(rest, is_blank)) fence_ = 0;
    }
    copy_line();
    return true;
  }

  /// Code within text, up to as many backticks as begin it; or just the backticks.
  void copy_code() {
    const std::size_t to = std::min(text_.size(), text_.find_first_not_of(u'`', at_));
    const auto end = marks_.find(to, text_.substr(at_, to - at_));
    copy(end ? *end + (to - at_) - at_ : to - at_);
  }

  /// Writes the formula; false if it stays as it stands.
  bool put(const Formula& formula) {
    const View before = text_.substr(line_, at_ - line_);
    // Within a table's row a stroke ends the cell.
    if (before.starts_with(u"|") && formula.tex.find(u'|') != View::npos) return false;
    std::optional<Text> text = math_as_text(formula.tex);
    if (!text || text->empty()) {
      if (!formula.certain) return false;
      out_ += as_code(text_.substr(at_, formula.end - at_));
      return true;
    }
    *text = escaped(trimmed(*text));
    const bool alone = formula.display && std::ranges::all_of(before, is_blank);
    if (!alone) {
      replace_all(*text, u"\n", u"; ");
      out_ += *text;
      return true;
    }
    // A paragraph of its own, as far in as it stood.
    replace_all(*text, u"\n", u"  \n" + Text(before));
    out_ += (line_ > 0 ? u"\n" + Text(before) : Text()) + *text;
    const std::size_t next = text_.find_first_not_of(u" \t\r", formula.end);
    if (next != View::npos) out_ += u"\n\n" + (text_[next] == u'\n' ? Text() : Text(before));
    return true;
  }

  View text_;
  Text out_;
  MarkFinder marks_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;  // where the line begins
  char16_t fence_ = 0;
  std::size_t fence_size_ = 0;
};

}  // namespace

std::u16string with_readable_math(std::u16string_view markdown) {
  if (markdown.find_first_of(u"$\\") == View::npos) return Text(markdown);
  return Rewriter(markdown).run();
}

}  // namespace fovea::ui
