#pragma once

#include <string>
#include <string_view>

namespace fovea::ui {

/// Markdown in which formulas, $…$, $$…$$, \(…\) and \[…\], are readable text; see math_as_text(). Code stays
/// as it is, and so does money: a single dollar begins a formula only where no space follows and no letter or
/// figure stands before it, and ends one only where no space stands before and no letter or figure follows. A
/// formula reaches over no empty line. What math_as_text() cannot read is shown as code. Linear in the text.
std::u16string with_readable_math(std::u16string_view markdown);

inline constexpr std::size_t kLongestFormula = 4000;  ///< characters; a longer one stays as it is

}  // namespace fovea::ui
