#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fovea::text {

/// Length of the longest prefix of `text` that is UTF-8: `text.size()` when all of it is. Overlong forms,
/// surrogates and values over U+10FFFF are not UTF-8 (Unicode 15, table 3-7).
std::size_t valid_utf8_prefix(std::string_view text);

/// The code point at byte `at`, and `at` moved behind it. `text` must be UTF-8 and `at` the start of a
/// character.
char32_t next_code_point(std::string_view text, std::size_t& at);

/// The code point that ends before byte `end`, and `end` moved to its start. `text` must be UTF-8, `end` > 0.
char32_t previous_code_point(std::string_view text, std::size_t& end);

/// Appends a code point; `c` must be one that UTF-8 can hold.
void append_utf8(std::string& out, char32_t c);

/// `bytes` with each maximal ill-formed part replaced by one U+FFFD, as Rust's from_utf8_lossy and the WHATWG
/// decoder do.
std::string replace_invalid_utf8(std::string_view bytes);

}  // namespace fovea::text
