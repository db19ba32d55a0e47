#include "core/api/utf8.h"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

namespace fovea {
namespace {

std::string encode(std::uint32_t code) {
  std::string bytes;
  const auto put = [&bytes](std::uint32_t byte) { bytes += static_cast<char>(byte); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6), put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12), put(0x80 | (code >> 6 & 0x3F)), put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18), put(0x80 | (code >> 12 & 0x3F)), put(0x80 | (code >> 6 & 0x3F)),
        put(0x80 | (code & 0x3F));
  }
  return bytes;
}

TEST(Utf8, KnowsEveryCharacterAndEachOfItsBeginnings) {
  for (std::uint32_t code = 0; code < 0x110000; ++code) {
    const std::string bytes = encode(code);
    const bool surrogate = code >= 0xD800 && code < 0xE000;
    ASSERT_EQ(is_utf8(bytes), !surrogate) << code;
    if (surrogate) continue;
    for (std::size_t length = 1; length < bytes.size(); ++length) {
      const Utf8Step step = utf8_first(std::string_view(bytes).substr(0, length));
      ASSERT_EQ(step.kind, Utf8Kind::kIncomplete) << code;
      ASSERT_EQ(step.length, length);
    }
    ASSERT_EQ(utf8_first(bytes + "x").length, bytes.size());
  }
}

TEST(Utf8, NoOtherFourBytesAreACharacter) {
  // Every first byte with second bytes around the borders of each range.
  std::size_t whole = 0;
  for (int first = 0x80; first < 0x100; ++first) {
    for (int second = 0; second < 0x100; ++second) {
      const std::string bytes{static_cast<char>(first), static_cast<char>(second), '\x80', '\x80'};
      if (utf8_first(bytes).kind == Utf8Kind::kWhole) ++whole;
    }
  }
  // 30 leads of two bytes × 64; 16 of three: E0 32, ED 32, 14 × 64; 5 of four: F0 48, F1–F3 64, F4 16.
  EXPECT_EQ(whole, 30U * 64 + 32 + 32 + 14 * 64 + 48 + 3 * 64 + 16);
}

TEST(Utf8, InvalidBytesCountAsMaximalSubparts) {
  const auto invalid = [](std::string_view bytes) {
    const Utf8Step step = utf8_first(bytes);
    return step.kind == Utf8Kind::kInvalid ? step.length : 0;
  };
  EXPECT_EQ(invalid("\x80"), 1U);
  EXPECT_EQ(invalid("\xC0\xAF"), 1U);          // overlong
  EXPECT_EQ(invalid("\xE0\x9F\x80"), 1U);      // overlong
  EXPECT_EQ(invalid("\xED\xA0\x80"), 1U);      // surrogate
  EXPECT_EQ(invalid("\xF4\x90\x80\x80"), 1U);  // above U+10FFFF
  EXPECT_EQ(invalid("\xE2\x82(x"), 2U);        // cut after two of three
  EXPECT_EQ(invalid("\xF0\x9F\x98 "), 3U);     // cut after three of four
  EXPECT_EQ(invalid("\xFF"), 1U);
}

}  // namespace
}  // namespace fovea
