#include "core/api/utf8.h"

#include <cstdint>
#include <cstring>

namespace fovea {
namespace {

/// Well-formed sequences by their first byte (Unicode 15, table 3-7).
struct Form {
  std::size_t length;         ///< 0: no character begins so
  unsigned char second_low;   ///< range of the second byte
  unsigned char second_high;  ///< all later bytes: 80..BF
};

Form form_of(unsigned char first) {
  if (first < 0x80) return {1, 0, 0};
  if (first < 0xC2) return {0, 0, 0};
  if (first < 0xE0) return {2, 0x80, 0xBF};
  if (first == 0xE0) return {3, 0xA0, 0xBF};
  if (first == 0xED) return {3, 0x80, 0x9F};
  if (first < 0xF0) return {3, 0x80, 0xBF};
  if (first == 0xF0) return {4, 0x90, 0xBF};
  if (first < 0xF4) return {4, 0x80, 0xBF};
  if (first == 0xF4) return {4, 0x80, 0x8F};
  return {0, 0, 0};
}

/// How many bytes at the beginning are ASCII, in whole words of eight: most texts are long stretches of it.
std::size_t ascii_words(std::string_view bytes) {
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof(word) <= bytes.size(); at += sizeof(word)) {
    std::memcpy(&word, bytes.data() + at, sizeof(word));
    if ((word & 0x8080808080808080U) != 0) break;
  }
  return at;
}

}  // namespace

Utf8Step utf8_first(std::string_view bytes) {
  const Form form = form_of(static_cast<unsigned char>(bytes[0]));
  if (form.length == 0) return {Utf8Kind::kInvalid, 1};
  for (std::size_t i = 1; i < form.length; ++i) {
    if (i == bytes.size()) return {Utf8Kind::kIncomplete, i};
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const unsigned char low = i == 1 ? form.second_low : 0x80;
    const unsigned char high = i == 1 ? form.second_high : 0xBF;
    if (byte < low || byte > high) return {Utf8Kind::kInvalid, i};
  }
  return {Utf8Kind::kWhole, form.length};
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t plain = ascii_words(bytes);
    if (plain > 0) {
      bytes.remove_prefix(plain);
      continue;
    }
    const Utf8Step step = utf8_first(bytes);
    if (step.kind != Utf8Kind::kWhole) return false;
    bytes.remove_prefix(step.length);
  }
  return true;
}

}  // namespace fovea
