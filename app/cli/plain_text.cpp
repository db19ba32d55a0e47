#include "app/cli/plain_text.h"

#include "core/api/utf8.h"

namespace fovea::cli {
namespace {

struct Character {
  std::size_t bytes = 0;  ///< that it takes, or that one replacement stands for
  bool valid = false;
  char32_t code = 0;
};

/// The character that `text` (not empty) begins with.
Character first_character(std::string_view text) {
  const Utf8Step step = utf8_first(text);
  if (step.kind != Utf8Kind::kWhole) return {step.length, false, 0};
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[i])); };
  if (step.length == 1) return {1, true, byte(0)};
  // The lead byte of n bytes carries 7 - n bits, each other one six.
  char32_t code = byte(0) & (0x7FU >> step.length);
  for (std::size_t i = 1; i < step.length; ++i) code = (code << 6) | (byte(i) & 0x3FU);
  return {step.length, true, code};
}

bool is_control(char32_t code) {
  return (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7F && code <= 0x9F);
}

std::size_t cells_of(char32_t code) {
  if ((code >= 0x300 && code <= 0x36F) || (code >= 0x200B && code <= 0x200F) || code == 0xFE0F) return 0;
  const bool wide = (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0x303E) ||
                    (code >= 0x3041 && code <= 0xA4CF) || (code >= 0xAC00 && code <= 0xD7A3) ||
                    (code >= 0xF900 && code <= 0xFAFF) || (code >= 0xFE30 && code <= 0xFE6F) ||
                    (code >= 0xFF00 && code <= 0xFF60) || (code >= 0xFFE0 && code <= 0xFFE6) ||
                    (code >= 0x1F300 && code <= 0x1FAFF) || (code >= 0x20000 && code <= 0x3FFFD);
  return wide ? 2 : 1;
}

/// `text` with the bytes that are no characters, and the characters for which `refused` holds, replaced.
template <typename Refused>
std::string with_replacements(std::string_view text, Refused refused) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character c = first_character(text);
    if (!c.valid || refused(c.code)) {
      out += kReplacementCharacter;
    } else {
      out += text.substr(0, c.bytes);
    }
    text.remove_prefix(c.bytes);
  }
  return out;
}

}  // namespace

std::string repaired_utf8(std::string_view text) {
  return with_replacements(text, [](char32_t) { return false; });
}

std::string harmless(std::string_view text) {
  return with_replacements(text, is_control);
}

std::size_t display_width(std::string_view text) {
  std::size_t cells = 0;
  while (!text.empty()) {
    const Character c = first_character(text);
    cells += c.valid ? cells_of(c.code) : 1;
    text.remove_prefix(c.bytes);
  }
  return cells;
}

std::string fitted(std::string_view text, std::size_t cells) {
  if (display_width(text) <= cells) return std::string(text);
  if (cells == 0) return {};
  std::string out;
  std::size_t used = 0;
  while (!text.empty()) {
    const Character c = first_character(text);
    used += c.valid ? cells_of(c.code) : 1;
    if (used > cells - 1) break;
    out += text.substr(0, c.bytes);
    text.remove_prefix(c.bytes);
  }
  return out + "…";
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

}  // namespace fovea::cli
