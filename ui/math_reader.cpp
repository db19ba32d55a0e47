// A formula's grammar: lists, groups, scripts, rows.
#include "ui/math_reader.h"

#include "ui/math_text.h"

#include <utility>

namespace fovea::ui {
namespace {

bool is_letter(char16_t c) {
  return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
}
bool is_digit(char16_t c) {
  return c >= u'0' && c <= u'9';
}
bool is_blank(char16_t c) {
  return c == u' ' || c == u'\n' || c == u'\t' || c == u'\r';
}

}  // namespace

using Text = MathReader::Text;
using View = MathReader::View;
using Pieces = MathReader::Pieces;
using Row = MathReader::Row;

std::optional<Text> MathReader::whole() {
  const Text out = rows_as_lines(rows());
  return failed_ || at_ < tex_.size() ? std::nullopt : std::optional(out);
}

void MathReader::skip_blanks() {
  while (at_ < tex_.size() && is_blank(tex_[at_])) ++at_;
}

Text MathReader::fail() {
  failed_ = true;
  return {};
}

View MathReader::command_name() {
  const std::size_t from = ++at_;
  while (at_ < tex_.size() && is_letter(tex_[at_])) ++at_;
  if (at_ == from && at_ < tex_.size()) return tex_.substr(at_++, 1);
  return tex_.substr(from, at_ - from);
}

View MathReader::braced() {
  skip_blanks();
  if (!next_is(u"{")) return {};
  int depth = 0;
  for (std::size_t i = at_; i < tex_.size(); ++i) {
    if (tex_[i] == u'\\') {
      ++i;
    } else if (tex_[i] == u'{') {
      ++depth;
    } else if (tex_[i] == u'}' && --depth == 0) {
      const View inside = tex_.substr(at_ + 1, i - at_ - 1);
      at_ = i + 1;
      return inside;
    }
  }
  failed_ = true;
  return {};
}

View MathReader::option() {
  skip_blanks();
  if (!next_is(u"[")) return {};
  const std::size_t end = tex_.find(u']', at_);
  if (end == View::npos) return failed_ = true, View();
  const View inside = tex_.substr(at_ + 1, end - at_ - 1);
  at_ = end + 1;
  return inside;
}

Pieces MathReader::argument() {
  skip_blanks();
  if (!more() || View(u"}&^_").find(tex_[at_]) != View::npos) return fail(), Pieces();
  if (tex_[at_] == u'{') return group();
  if (tex_[at_] == u'\\') return {command()};
  return {symbol(tex_[at_++])};
}

Text MathReader::argument_text(bool tight) {
  return join_math(argument(), tight);
}

Pieces MathReader::group() {
  ++at_;
  Pieces inside = list();
  if (!next_is(u"}")) return fail(), Pieces();
  ++at_;
  return inside;
}

Pieces MathReader::list() {
  Pieces out;
  if (++depth_ > kDeepestMath) failed_ = true;
  while (skip_blanks(), more()) {
    const char16_t c = tex_[at_];
    if (c == u'}' || c == u'&' || next_is(u"\\\\") || next_is(u"\\end{") || next_is(u"\\cr")) break;
    if (c == u'^' || c == u'_' || c == u'\'') {
      if (out.empty() || out.back().kind == MathKind::kSpace) out.push_back({});
      scripts(out.back());
    } else if (c == u'{') {
      Pieces inside = group();
      if (inside.size() == 1) {
        out.push_back(std::move(inside.front()));
      } else {
        out.push_back({join_math(inside, false), MathKind::kOrdinary, false});
      }
    } else if (is_digit(c)) {
      out.push_back({number(), MathKind::kOrdinary, false});
    } else if (c == u'\\') {
      out.push_back(command());
    } else {
      ++at_;
      out.push_back(symbol(c));
    }
  }
  --depth_;
  return out;
}

Text MathReader::number() {
  const std::size_t from = at_;
  const auto goes_on = [this] {
    if (is_digit(tex_[at_])) return true;
    return (tex_[at_] == u'.' || tex_[at_] == u',') && at_ + 1 < tex_.size() && is_digit(tex_[at_ + 1]);
  };
  while (at_ < tex_.size() && goes_on()) ++at_;
  return Text(tex_.substr(from, at_ - from));
}

MathPiece MathReader::symbol(char16_t c) {
  using enum MathKind;
  switch (c) {
    case u'+':
      return {u"+", kBinary, false};
    case u'-':
      return {u"−", kBinary, false};
    case u'*':
      return {u"∗", kBinary, false};
    case u'=':
    case u'<':
    case u'>':
    case u':':
      return {Text(1, c), kRelation, false};
    case u',':
    case u';':
      return {Text(1, c), kPunctuation, false};
    case u'(':
    case u'[':
      return {Text(1, c), kOpen, false};
    case u')':
    case u']':
    case u'!':
      return {Text(1, c), kClose, false};
    case u'~':
      return {u" ", kSpace, false};
    case u'$':
    case u'#':
      return {fail(), kOrdinary, false};
    default:
      return {Text(1, c), kOrdinary, false};
  }
}

void MathReader::scripts(MathPiece& base) {
  Text up;
  Text down;
  Text primes;
  while (skip_blanks(), more()) {
    if (tex_[at_] == u'\'') {
      primes += u'′';
      ++at_;
      continue;
    }
    if (tex_[at_] != u'^' && tex_[at_] != u'_') break;
    Text& script = tex_[at_++] == u'^' ? up : down;
    if (!script.empty()) failed_ = true;  // "x^a^b" says nothing
    script = argument_text(true);
  }
  if (base.loose || (base.kind == MathKind::kOrdinary && is_compound_math(base.text)))
    base.text = bracketed(base.text);
  base.loose = false;
  const bool mark = up == u"°" || up == u"′" || up == u"″";
  base.text += primes + lowered(down) + (mark ? up : up == u"∘" ? Text(u"°") : raised(up));
}

std::vector<Row> MathReader::rows() {
  std::vector<Row> out(1);
  while (!failed_) {
    out.back().push_back(list());
    if (next_is(u"&")) {
      ++at_;
    } else if (next_is(u"\\\\") || next_is(u"\\cr")) {
      at_ += next_is(u"\\\\") ? 2 : 3;
      if (next_is(u"[")) option();
      out.emplace_back();
    } else {
      break;
    }
  }
  // A row's end behind the last row begins none.
  if (out.back().size() == 1 && out.back().front().empty() && out.size() > 1) out.pop_back();
  return out;
}

Text MathReader::rows_as_lines(const std::vector<Row>& rows) {
  Text out;
  for (const Row& row : rows) {
    Pieces line;
    for (const Pieces& cell : row) line.insert(line.end(), cell.begin(), cell.end());
    const Text text = join_math(line, false);
    if (text.empty()) continue;
    if (!out.empty()) out += u'\n';
    out += text;
  }
  return out;
}

Text MathReader::on_one_line(Text text) {
  for (std::size_t at = 0; (at = text.find(u'\n', at)) != Text::npos;) text.replace(at, 1, u"; ");
  return text;
}

std::optional<std::u16string> math_as_text(std::u16string_view tex) {
  return MathReader(tex).whole();
}

}  // namespace fovea::ui
