#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fovea::ui {

/// A formula in TeX, without its dollars, as text that reads the same: "x^2 + \frac{a}{b} \leq \pi" is
/// "x² + a/b ≤ π". Rows of aligned equations stand on lines of their own; a matrix is "[1, 2; 3, 4]". Linear
/// in the formula. Nothing if it isn't well formed, is nested too deep or has a command that is not known:
/// half of a formula would say something else. The source is shown then.
std::optional<std::u16string> math_as_text(std::u16string_view tex);

}  // namespace fovea::ui
