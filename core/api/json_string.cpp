#include "core/api/json_string.h"

#include <charconv>
#include <cstdint>
#include <system_error>

namespace fovea {
namespace {

constexpr std::size_t kDigits = 4;  // of \u

std::optional<std::uint32_t> hex_at(std::string_view json, std::size_t at) {
  if (at + kDigits > json.size()) return std::nullopt;
  std::uint32_t value = 0;
  const char* end = json.data() + at + kDigits;
  const auto read = std::from_chars(json.data() + at, end, value, 16);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

void append_utf8(std::string& out, std::uint32_t c) {
  const auto byte = [&](std::uint32_t value) { out += static_cast<char>(value); };
  const auto rest = [&](std::uint32_t shift) { byte(0x80U | ((c >> shift) & 0x3FU)); };
  if (c < 0x80U) return byte(c);
  if (c < 0x800U) {
    byte(0xC0U | (c >> 6U));
  } else if (c < 0x10000U) {
    byte(0xE0U | (c >> 12U));
    rest(6U);
  } else {
    byte(0xF0U | (c >> 18U));
    rest(12U);
    rest(6U);
  }
  rest(0U);
}

/// Appends what \uXXXX means, whose digits begin at `at`; returns where it ends.
std::optional<std::size_t> append_unicode(std::string& out, std::string_view json, std::size_t at) {
  const std::optional<std::uint32_t> first = hex_at(json, at);
  if (!first || (*first >= 0xDC00U && *first < 0xE000U)) return std::nullopt;
  at += kDigits;
  if (*first < 0xD800U || *first >= 0xE000U) {
    append_utf8(out, *first);
    return at;
  }
  const std::optional<std::uint32_t> second =
      json.substr(at, 2) == "\\u" ? hex_at(json, at + 2) : std::nullopt;
  if (!second || *second < 0xDC00U || *second >= 0xE000U) return std::nullopt;
  append_utf8(out, 0x10000U + ((*first - 0xD800U) << 10U) + (*second - 0xDC00U));
  return at + 2 + kDigits;
}

}  // namespace

std::optional<JsonString> json_string(std::string_view json) {
  constexpr std::string_view kEscapes = "\"\\/bfnrt";
  constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
  if (json.empty() || json.front() != '"') return std::nullopt;
  JsonString out;
  for (std::size_t at = 1; at < json.size();) {
    const char c = json[at++];
    if (c == '"') {
      out.size = at;
      return out;
    }
    if (c != '\\') {
      out.text += c;
    } else if (at < json.size() && json[at] == 'u') {
      const std::optional<std::size_t> next = append_unicode(out.text, json, at + 1);
      if (!next) return std::nullopt;
      at = *next;
    } else {
      const std::size_t escape = at < json.size() ? kEscapes.find(json[at++]) : std::string_view::npos;
      if (escape == std::string_view::npos) return std::nullopt;
      out.text += kMeant[escape];
    }
  }
  return std::nullopt;
}

}  // namespace fovea
