#pragma once

#include <string_view>

namespace fovea::ui {

/// What a symbol is to its neighbours, after TeX's kinds of atoms (The TeXbook, chapter 17): it decides where
/// spaces stand.
enum class MathKind {
  kOrdinary,
  kFunction,  ///< "sin", "∑": a space to what it is applied to
  kBinary,    ///< "+": spaces around, unless it is a sign
  kRelation,  ///< "=": spaces around
  kOpen,
  kClose,
  kPunctuation,  ///< ",": a space after
  kSpace,
};

struct MathSymbol {
  std::u16string_view text;
  MathKind kind;
};

/// The symbol that a command stands for, given without its backslash: "alpha"; null if it is none. Any
/// thread.
const MathSymbol* find_math_symbol(std::u16string_view command);

/// The relation crossed out: "≠" for "="; empty if Unicode has none.
std::u16string_view negated_relation(char16_t relation);

/// A character raised or lowered; 0 if Unicode has none.
char16_t superscript_of(char16_t character);
char16_t subscript_of(char16_t character);

/// The letter with a double stroke, or in script, as far as nearly every font has it: "ℝ", "ℒ"; otherwise
/// itself.
char16_t double_struck(char16_t letter);
char16_t script_letter(char16_t letter);

/// The mark that an accent command like \hat puts over a letter; 0 if it is none.
char16_t accent_mark(std::u16string_view command);

/// "½" for 1 and 2; 0 if Unicode has no such fraction that fonts agree on.
char16_t vulgar_fraction(std::u16string_view numerator, std::u16string_view denominator);

}  // namespace fovea::ui
