#pragma once

#include <string>

namespace fovea::bench {

/// A measured number as a person reads it: three digits, more where it is long anyway. "0.42", "31.4",
/// "1250".
std::string figure_text(double value);

/// With so many digits after the point, whatever the locale; "?" of what is no number.
std::string decimal_text(double value, int digits);

/// A change as a share of what it was before, "+1.2 %" or "-0.4 %".
std::string change_text(double share);

}  // namespace fovea::bench
