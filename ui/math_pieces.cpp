#include "ui/math_pieces.h"

#include <algorithm>

namespace fovea::ui {
namespace {

constexpr std::u16string_view kOpening = u"([{⟨⌊⌈";
constexpr std::u16string_view kClosing = u")]}⟩⌋⌉";
constexpr std::u16string_view kRaisedOrLowered = u"⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎′ᵢⱼₖₙₘₐₑₒₓₜₛₚₗₕᵣᵤᵥⁱⁿᵀ";

bool is_digit(char16_t c) {
  return (c >= u'0' && c <= u'9') || c == u'.' || c == u',';
}

bool is_letter(char16_t c) {
  return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= 0x370 && c < 0x400) || c > 0x2e80;
}

bool is_letter_or_digit(char16_t c) {
  return is_letter(c) || is_digit(c);
}

/// A piece's kind where it stands: an operator with nothing before it is a sign.
MathKind kind_here(const std::vector<MathPiece>& pieces, std::size_t at) {
  const MathKind kind = pieces[at].kind;
  if (kind != MathKind::kBinary) return kind;
  while (at > 0 && pieces[at - 1].kind == MathKind::kSpace) --at;
  if (at == 0) return MathKind::kOrdinary;
  const MathKind before = pieces[at - 1].kind;
  return before == MathKind::kOrdinary || before == MathKind::kClose ? kind : MathKind::kOrdinary;
}

bool space_between(MathKind left, const MathPiece& left_piece, MathKind right) {
  using enum MathKind;
  if (left == kSpace || right == kSpace || left == kOpen || right == kClose || right == kPunctuation)
    return false;
  if (left == kBinary || left == kRelation || right == kBinary || right == kRelation) return true;
  if (left == kPunctuation) return true;
  if (left == kFunction) return right != kOpen || !is_letter(left_piece.text.front());
  return right == kFunction;
}

/// Characters with `map` put on each; empty if one has none.
template <typename Map>
std::u16string mapped(std::u16string_view text, Map map) {
  std::u16string out;
  for (const char16_t c : text) {
    const char16_t other = map(c);
    if (other == 0) return {};
    out += other;
  }
  return out;
}

std::u16string scripted(char16_t sign, std::u16string_view text) {
  // "x_model" reads as one name, "e^iπ" doesn't.
  const bool plain = text.size() == 1 || (sign == u'_' && std::ranges::all_of(text, is_letter_or_digit));
  return sign + (plain ? std::u16string(text) : bracketed(text));
}

}  // namespace

std::u16string join_math(std::vector<MathPiece> pieces, bool tight) {
  std::erase_if(pieces, [](const MathPiece& piece) { return piece.text.empty(); });
  std::u16string out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const MathPiece& piece = pieces[i];
    bool space = false;
    if (i > 0) {
      const bool between = space_between(kind_here(pieces, i - 1), pieces[i - 1], kind_here(pieces, i));
      const bool names = pieces[i - 1].kind == MathKind::kFunction || piece.kind == MathKind::kFunction;
      space = between && (!tight || (names && is_letter_or_digit(piece.text.front())));
    }
    if (space && !out.empty() && out.back() != u' ') out += u' ';
    bool brackets = false;
    if (piece.loose) {
      if (i + 1 < pieces.size()) {
        const MathKind next = pieces[i + 1].kind;
        brackets = next == MathKind::kOrdinary || next == MathKind::kOpen;
      }
      if (!space && !out.empty())
        brackets = brackets || (is_digit(out.back()) && is_digit(piece.text.front()));
    }
    out += brackets ? bracketed(piece.text) : piece.text;
  }
  return out;
}

bool is_compound_math(std::u16string_view text) {
  int depth = 0;
  for (const char16_t c : text) {
    if (kOpening.find(c) != kOpening.npos) ++depth;
    if (kClosing.find(c) != kClosing.npos) --depth;
    if (depth == 0 && std::u16string_view(u" +−±∓·×/÷=<>≤≥;").find(c) != std::u16string_view::npos)
      return true;
  }
  return false;
}

bool is_one_factor(std::u16string_view text) {
  if (is_compound_math(text)) return false;
  const std::size_t begin = text.size() > 1 && kOpening.find(text[0]) == kOpening.npos ? 1 : 0;
  if (begin < text.size() && kOpening.find(text[begin]) != kOpening.npos) {  // "(a + b)", "f(x)"
    int depth = 0;
    for (std::size_t i = begin; i < text.size(); ++i) {
      if (kOpening.find(text[i]) != kOpening.npos) ++depth;
      if (kClosing.find(text[i]) != kClosing.npos && --depth == 0) return i + 1 == text.size();
    }
  }
  std::u16string bare;
  for (const char16_t c : text) {
    const bool mark = (c >= 0x300 && c < 0x370) || c == 0x20D7;
    if (!mark && kRaisedOrLowered.find(c) == kRaisedOrLowered.npos) bare += c;
  }
  if (std::ranges::all_of(bare, is_digit)) return true;
  if (bare.size() == 2 && (bare[0] == u'd' || bare[0] == u'∂')) return true;
  return bare.size() == 1;
}

std::u16string bracketed(std::u16string_view text) {
  return u'(' + std::u16string(text) + u')';
}

std::u16string raised(std::u16string_view text) {
  std::u16string out = mapped(text, superscript_of);
  return !out.empty() || text.empty() ? out : scripted(u'^', text);
}

std::u16string lowered(std::u16string_view text) {
  std::u16string out = mapped(text, subscript_of);
  return !out.empty() || text.empty() ? out : scripted(u'_', text);
}

}  // namespace fovea::ui
