// What a formula's commands stand for.
#include "ui/math_chemistry.h"
#include "ui/math_commands.h"
#include "ui/math_reader.h"
#include "ui/math_text.h"

#include <algorithm>
#include <utility>

namespace fovea::ui {

using namespace math_commands;
using Text = MathReader::Text;
using View = MathReader::View;
using Pieces = MathReader::Pieces;
using Row = MathReader::Row;

MathPiece MathReader::fraction(const Text& above, const Text& below, bool one_piece) {
  if (const char16_t sign = vulgar_fraction(above, below)) return {Text(1, sign), MathKind::kOrdinary, false};
  const bool simple = is_one_factor(below) || (one_piece && !is_compound_math(below));
  return {(is_compound_math(above) ? bracketed(above) : above) + u'/' + (simple ? below : bracketed(below)),
          MathKind::kOrdinary, true};
}

MathPiece MathReader::root() {
  const View degree = option();
  const Text inside = argument_text();
  Text sign = u"√";
  if (degree == u"3") sign = u"∛";
  if (degree == u"4") sign = u"∜";
  if (sign == u"√" && !degree.empty() && degree != u"2") {
    const auto text = math_as_text(degree);
    sign = raised(text ? *text : fail()) + sign;
  }
  return {sign + (is_one_factor(inside) ? inside : bracketed(inside)), MathKind::kOrdinary, true};
}

MathPiece MathReader::skip_no_delimiter() {
  skip_blanks();
  if (next_is(u".")) ++at_;
  return {};
}

MathPiece MathReader::command() {
  using enum MathKind;
  View name = command_name();
  if (name.empty() || ++depth_ > kDeepestMath) return {fail(), kOrdinary, false};
  MathPiece out = meaning(name);
  --depth_;
  return out;
}

MathPiece MathReader::meaning(View name) {
  using enum MathKind;
  if (const MathSymbol* found = find_math_symbol(name)) return {Text(found->text), found->kind, false};
  if (one_of(name, kSpaces)) return {u" ", kSpace, false};
  if (name == u"left" || name == u"right") return skip_no_delimiter();
  if (one_of(name, kSilent)) return {};
  if (one_of(name, kFractions)) {
    const Text above = argument_text();
    const Pieces below = argument();
    return fraction(above, join_math(below, false), below.size() == 1);
  }
  if (name == u"sqrt") return root();
  if (one_of(name, kWords)) return {Text(braced()), kOrdinary, false};
  if (one_of(name, kTransparent)) return one_piece(argument());
  if (const char16_t mark = accent_mark(name)) return accented(argument_text(), mark);
  if (name == u"mathbb") return lettered(double_struck);
  if (name == u"mathcal" || name == u"mathscr") return lettered(script_letter);
  if (name == u"operatorname") {
    if (next_is(u"*")) ++at_;
    return {argument_text(), kFunction, false};
  }
  if (name == u"begin") return environment(Text(braced()));
  return rare(name);
}

MathPiece MathReader::rare(View name) {
  using enum MathKind;
  if (name == u"{") return {u"{", kOpen, false};
  if (name == u"}") return {u"}", kClose, false};
  if (name == u"|") return {u"‖", kOrdinary, false};
  if (View(u"%$&#_").find(name) != View::npos) return {Text(name), kOrdinary, false};
  if (one_of(name, kBinomials)) {
    const Text above = argument_text();
    return {u"C(" + above + u", " + argument_text() + u")", kOrdinary, false};
  }
  if (name == u"not") {
    const Text relation = argument_text();
    const View crossed = relation.size() == 1 ? negated_relation(relation.front()) : View();
    return {crossed.empty() ? fail() : Text(crossed), kRelation, false};
  }
  if (name == u"pmod") return {u" (mod " + argument_text() + u")", kOrdinary, false};
  if (name == u"mod") return {u"mod", kBinary, false};
  if (name == u"overset" || name == u"stackrel" || name == u"underset") {
    const Text script = argument_text(true);
    MathPiece base = one_piece(argument());
    base.text += name == u"underset" ? lowered(script) : raised(script);
    return base;
  }
  if (name == u"xrightarrow" || name == u"xleftarrow") {
    option();
    return {(name == u"xrightarrow" ? u"→" : u"←") + raised(argument_text(true)), kRelation, false};
  }
  if (name == u"color" || name == u"label" || name == u"phantom" || name == u"hspace" || name == u"vspace")
    return braced(), MathPiece{};
  if (name == u"textcolor" || name == u"colorbox") return braced(), one_piece(argument());
  if (name == u"tag") return {u" (" + Text(braced()) + u")", kSpace, false};
  if (name == u"substack") {
    Text lines(braced());
    const auto text = math_as_text(lines);
    return {text ? on_one_line(*text) : fail(), kOrdinary, false};
  }
  if (name == u"ce") return {chemical_as_text(braced()), kOrdinary, false};
  return {fail(), kOrdinary, false};
}

MathPiece MathReader::one_piece(Pieces pieces) {
  if (pieces.size() == 1) return std::move(pieces.front());
  return {join_math(pieces, false), MathKind::kOrdinary, false};
}

MathPiece MathReader::lettered(char16_t (*other)(char16_t)) {
  Text letters = argument_text(true);
  std::ranges::transform(letters, letters.begin(), other);
  return {letters, MathKind::kOrdinary, false};
}

MathPiece MathReader::accented(const Text& text, char16_t mark) {
  const bool line = mark == u'\u0305' || mark == u'\u0332';
  Text out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (line || i + 1 == text.size()) out += mark;
  }
  return {out, MathKind::kOrdinary, false};
}

MathPiece MathReader::environment(const Text& name) {
  if (name == u"array" || name == u"alignedat") braced();
  const std::vector<Row> all = rows();
  if (!next_is(u"\\end{" + name + u"}")) return {fail(), MathKind::kOrdinary, false};
  at_ += name.size() + 6;
  if (one_of(name, kInRows)) return {rows_as_lines(all), MathKind::kOrdinary, false};
  const auto kind = std::ranges::find(kMatrices, View(name), &Matrix::name);
  if (kind == kMatrices.end()) return {fail(), MathKind::kOrdinary, false};
  Text out(kind->open);
  for (std::size_t r = 0; r < all.size(); ++r) {
    if (r > 0) out += u"; ";
    for (std::size_t c = 0; c < all[r].size(); ++c) {
      if (c > 0) out += out.back() == u',' ? u" " : u", ";
      out += on_one_line(join_math(all[r][c], false));
    }
  }
  return {out + Text(kind->close), MathKind::kOrdinary, false};
}

}  // namespace fovea::ui
