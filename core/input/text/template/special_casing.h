#pragma once

#include <string_view>

namespace fovea::jinja {

/// The upper or title form of a character for which it is more than one character (Unicode's
/// SpecialCasing.txt, unconditional mappings); empty for all others.
std::u32string_view special_upper(char32_t c);
std::u32string_view special_title(char32_t c);

}  // namespace fovea::jinja
