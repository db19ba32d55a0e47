#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fovea::jinja {

/// Text as Python's str sees it: code points, with Python's own ideas of white space, case and printability.
/// All functions take valid UTF-8. Character data are utf8proc's (Unicode 15; CPython 3.11 has 14, which
/// differs in newly assigned characters only).

/// Number of code points.
std::size_t count_code_points(std::string_view text);
/// Byte offset of code point `index`, at most the number of them.
std::size_t offset_of(std::string_view text, std::size_t index);
/// The code point at byte `at`; moves `at` behind it.
char32_t next_code_point(std::string_view text, std::size_t& at);
/// The code point that ends before byte `end`, which is over 0; moves `end` to its start.
char32_t previous_code_point(std::string_view text, std::size_t& end);
void append_code_point(std::string& out, char32_t c);

/// str.isspace() of one character; also what the lexer's \s and str.strip() mean.
bool is_space(char32_t c);
/// Where str.splitlines() cuts.
bool is_line_break(char32_t c);
/// str.isprintable() of one character: what repr() leaves unescaped.
bool is_printable(char32_t c);
bool is_alphabetic(char32_t c);  ///< str.isalpha()
bool is_decimal(char32_t c);     ///< str.isdecimal()
bool is_digit(char32_t c);       ///< str.isdigit(): decimals and characters such as ²
bool is_numeric(char32_t c);     ///< str.isnumeric(), categories Nd, Nl, No (not CJK numerals)
bool is_upper(char32_t c);       ///< property Uppercase, as far as utf8proc tells
bool is_lower(char32_t c);       ///< property Lowercase, likewise
bool is_cased(char32_t c);       ///< upper, lower or title case
bool is_identifier_start(char32_t c);
bool is_identifier_part(char32_t c);

/// Full case mappings as Python applies them: ß becomes SS, İ becomes i̇, a final Σ becomes ς.
std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);
std::string to_title(std::string_view text);        ///< str.title()
std::string to_capitalized(std::string_view text);  ///< str.capitalize()
std::string swap_case(std::string_view text);       ///< str.swapcase()
/// Appends the upper or title form of one character.
void append_upper(std::string& out, char32_t c);
void append_title(std::string& out, char32_t c);

std::string_view strip_left(std::string_view text);
std::string_view strip_right(std::string_view text);

}  // namespace fovea::jinja
