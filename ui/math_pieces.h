#pragma once

#include "ui/math_symbols.h"

#include <string>
#include <string_view>
#include <vector>

namespace fovea::ui {

/// A part of a formula that is already text.
struct MathPiece {
  std::u16string text;
  MathKind kind = MathKind::kOrdinary;
  bool loose = false;  ///< "a/b", "√x": a factor or a power beside it would be read into it
};

/// Puts pieces in a row, with the spaces that their kinds ask for and brackets where a loose piece needs
/// them. `tight` leaves out the spaces, as in an exponent.
std::u16string join_math(std::vector<MathPiece> pieces, bool tight);

/// Whether a text holds an operator or a space outside its brackets, so that it takes brackets to stand as
/// one thing.
bool is_compound_math(std::u16string_view text);

/// Whether a text can stand below a fraction's stroke as it is: a number, a letter, "dx", "f(x)",
/// something bracketed.
bool is_one_factor(std::u16string_view text);

/// In brackets.
std::u16string bracketed(std::u16string_view text);

/// The text raised or lowered where Unicode has all of its characters; otherwise "^n", "^(n + 1)".
std::u16string raised(std::u16string_view text);
std::u16string lowered(std::u16string_view text);

}  // namespace fovea::ui
