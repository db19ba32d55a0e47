#include "core/input/text/template/literals.h"

#include "core/input/text/template/syntax_error.h"
#include "core/input/text/template/unicode.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <string>

namespace fovea::jinja {
namespace {

bool is_digit_of(char c, int base) {
  if (c >= '0' && c <= '9') return c - '0' < base;
  const char lower = static_cast<char>(c | 0x20);
  return base == 16 && lower >= 'a' && lower <= 'f';
}

/// End of digits with single underscores between them, from `at`, where a digit may or may not stand.
std::size_t digits_end(std::string_view source, std::size_t at, int base) {
  std::size_t end = at;
  while (end < source.size()) {
    const std::size_t next = source[end] == '_' && end > at ? end + 1 : end;
    if (next >= source.size() || !is_digit_of(source[next], base)) break;
    end = next + 1;
  }
  return end;
}

std::string without_underscores(std::string_view digits) {
  std::string out;
  for (const char c : digits) {
    if (c != '_') out += c;
  }
  return out;
}

std::int64_t parse_integer(std::string_view digits, int base, int line) {
  const std::string plain = without_underscores(digits);
  std::int64_t value = 0;
  const auto result = std::from_chars(plain.data(), plain.data() + plain.size(), value, base);
  if (result.ec != std::errc()) unsupported("A number over 64 bits is not supported.", line);
  return value;
}

/// End of the float that `source` begins with; 0 when it begins with none.
std::size_t float_end(std::string_view source) {
  std::size_t end = digits_end(source, 0, 10);
  bool is_float = false;
  if (end + 1 < source.size() && source[end] == '.' && is_digit_of(source[end + 1], 10)) {
    end = digits_end(source, end + 1, 10);
    is_float = true;
  }
  if (end < source.size() && (source[end] == 'e' || source[end] == 'E')) {
    std::size_t power = end + 1;
    if (power < source.size() && (source[power] == '+' || source[power] == '-')) ++power;
    if (power < source.size() && is_digit_of(source[power], 10)) {
      end = digits_end(source, power, 10);
      is_float = true;
    }
  }
  return is_float ? end : 0;
}

Number scan_prefixed(std::string_view source, int line) {
  Number number;
  const char kind = source.size() > 1 ? static_cast<char>(source[1] | 0x20) : '\0';
  const int base = kind == 'x' ? 16 : kind == 'o' ? 8 : kind == 'b' ? 2 : 0;
  if (base == 0) return number;
  const std::size_t first = source.size() > 2 && source[2] == '_' ? 3 : 2;
  const std::size_t end = digits_end(source, first, base);
  if (end == first) return number;
  number.length = end;
  number.integer = parse_integer(source.substr(first, end - first), base, line);
  return number;
}

/// Reads a number in base 16 or 8 at `at`, at most `most` digits; moves `at` on.
char32_t read_escape(std::string_view text, std::size_t& at, std::size_t most, int base) {
  char32_t value = 0;
  for (std::size_t n = 0; n < most && at < text.size() && is_digit_of(text[at], base); ++n, ++at) {
    const char c = text[at];
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    value = value * static_cast<char32_t>(base) + static_cast<char32_t>(digit);
  }
  return value;
}

void append_checked(std::string& out, char32_t c, int line) {
  if (c > 0x10FFFFU) syntax_error("A string escape names no character.", line);
  if (c >= 0xD800U && c <= 0xDFFFU) unsupported("Half a surrogate pair in a string is not supported.", line);
  append_code_point(out, c);
}

/// Resolves the escape behind a backslash at `at`.
void append_escaped(std::string& out, std::string_view text, std::size_t& at, int line) {
  const char kind = text[at++];
  static constexpr std::string_view kSimple = "\\'\"abfnrtv";
  static constexpr std::string_view kMeaning = "\\'\"\a\b\f\n\r\t\v";
  if (const std::size_t index = kSimple.find(kind); index != std::string_view::npos) {
    out += kMeaning[index];
  } else if (kind == '\n') {
    // a line that goes on
  } else if (kind >= '0' && kind <= '7') {
    --at;
    append_checked(out, read_escape(text, at, 3, 8), line);
  } else if (kind == 'x' || kind == 'u' || kind == 'U') {
    const std::size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : 8;
    const std::size_t start = at;
    const char32_t c = read_escape(text, at, digits, 16);
    if (at - start != digits) syntax_error("A string escape is cut off.", line);
    append_checked(out, c, line);
  } else if (kind == 'N') {
    unsupported("The string escape \\N is not supported.", line);
  } else {
    out += '\\';
    out += kind;
  }
}

}  // namespace

Number scan_number(std::string_view source, bool may_be_float, int line) {
  Number number;
  if (may_be_float) number.length = float_end(source);
  if (number.length > 0) {
    const std::string plain = without_underscores(source.substr(0, number.length));
    number.is_float = true;
    const auto result = std::from_chars(plain.data(), plain.data() + plain.size(), number.real);
    if (result.ec != std::errc()) unsupported("A number is too large or too small.", line);
    return number;
  }
  if (source.front() == '0') {
    number = scan_prefixed(source, line);
    if (number.length > 0) return number;
    std::size_t end = 1;  // zeros only: 007 is 00 followed by 7
    while (end < source.size() && (source[end] == '0' || (source.substr(end, 2) == "_0")))
      end += source[end] == '_' ? 2 : 1;
    number.length = end;
    return number;
  }
  number.length = digits_end(source, 0, 10);
  number.integer = parse_integer(source.substr(0, number.length), 10, line);
  return number;
}

std::string unescape(std::string_view literal, int line) {
  std::string out;
  out.reserve(literal.size());
  for (std::size_t at = 0; at < literal.size();) {
    if (literal[at] != '\\' || at + 1 >= literal.size()) {
      out += literal[at++];
      continue;
    }
    ++at;
    if (static_cast<unsigned char>(literal[at]) < 0x80U) {
      append_escaped(out, literal, at, line);
      continue;
    }
    // Python decodes the ASCII form of the text: a backslash before é meets the backslash of \xe9 and stays
    // one.
    const char32_t c = next_code_point(literal, at);
    std::array<char, 12> buffer{};
    std::snprintf(buffer.data(), buffer.size(),
                  c < 0x100U     ? "\\x%02x"
                  : c < 0x10000U ? "\\u%04x"
                                 : "\\U%08x",
                  static_cast<unsigned>(c));
    out += buffer.data();
  }
  return out;
}

}  // namespace fovea::jinja
