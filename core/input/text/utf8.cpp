#include "core/input/text/utf8.h"

#include "core/api/utf8.h"

#include <cstring>

namespace fovea::text {
namespace {

/// Skips ASCII eight bytes at a time.
std::size_t skip_ascii(std::string_view text, std::size_t at) {
  while (at + 8 <= text.size()) {
    unsigned long long word = 0;
    std::memcpy(&word, text.data() + at, 8);
    if ((word & 0x8080808080808080ULL) != 0) break;
    at += 8;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

}  // namespace

std::size_t valid_utf8_prefix(std::string_view text) {
  std::size_t at = skip_ascii(text, 0);
  while (at < text.size()) {
    const Utf8Step step = utf8_first(text.substr(at));
    if (step.kind != Utf8Kind::kWhole) return at;
    at += step.length;
    if (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) at = skip_ascii(text, at);
  }
  return at;
}

char32_t next_code_point(std::string_view text, std::size_t& at) {
  auto tail = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[i]) & 0x3F);
  };
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return static_cast<char32_t>(text[at++]);
  if (first < 0xE0) {
    at += 2;
    return (static_cast<char32_t>(first & 0x1F) << 6) | tail(at - 1);
  }
  if (first < 0xF0) {
    at += 3;
    return (static_cast<char32_t>(first & 0x0F) << 12) | (tail(at - 2) << 6) | tail(at - 1);
  }
  at += 4;
  return (static_cast<char32_t>(first & 0x07) << 18) | (tail(at - 3) << 12) | (tail(at - 2) << 6) |
         tail(at - 1);
}

char32_t previous_code_point(std::string_view text, std::size_t& end) {
  do --end;
  while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80);
  std::size_t at = end;
  return next_code_point(text, at);
}

void append_utf8(std::string& out, char32_t c) {
  auto put = [&](char32_t byte) { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

std::string replace_invalid_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t good = valid_utf8_prefix(bytes);
    out.append(bytes.substr(0, good));
    bytes.remove_prefix(good);
    if (bytes.empty()) break;
    out.append(kReplacementCharacter);
    bytes.remove_prefix(utf8_first(bytes).length);
  }
  return out;
}

}  // namespace fovea::text
