#pragma once

#include <cstddef>
#include <string_view>

namespace fovea::jinja {

/// Byte offset of `needle` in `text` at or behind `from`, npos when there is none. Linear in `text` for any
/// needle (std::string::find is quadratic for the worst ones).
std::size_t find_text(std::string_view text, std::string_view needle, std::size_t from);
/// The last one that ends at or before byte `end`.
std::size_t find_text_backwards(std::string_view text, std::string_view needle, std::size_t end);

}  // namespace fovea::jinja
