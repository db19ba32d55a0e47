#include "core/input/text/utf8.h"

#include <gtest/gtest.h>

namespace fovea::text {
namespace {

TEST(Utf8, FindsWhereTextStopsBeingUtf8) {
  EXPECT_EQ(valid_utf8_prefix(""), 0u);
  EXPECT_EQ(valid_utf8_prefix("plain ASCII, longer than eight bytes"), 36u);
  EXPECT_EQ(valid_utf8_prefix("\u00e9\u4e2d\U0001F600"), 9u);
  EXPECT_EQ(valid_utf8_prefix("abcdefgh\x80"), 8u);
  EXPECT_EQ(valid_utf8_prefix("abc\xE4\xB8"), 3u);
  EXPECT_EQ(valid_utf8_prefix("abcdefghi\xC0\xAF"), 9u);
  EXPECT_EQ(valid_utf8_prefix("\xED\xA0\x80"), 0u);
  EXPECT_EQ(valid_utf8_prefix("\xF4\x8F\xBF\xBF"), 4u);
  EXPECT_EQ(valid_utf8_prefix("\xF4\x90\x80\x80"), 0u);
}

TEST(Utf8, WalksBothWays) {
  const std::string text = "a\u00e9\u4e2d\U0001F600";
  const char32_t expected[] = {'a', 0xE9, 0x4E2D, 0x1F600};
  std::size_t at = 0;
  for (char32_t c : expected) EXPECT_EQ(next_code_point(text, at), c);
  EXPECT_EQ(at, text.size());
  for (int k = 3; k >= 0; --k) EXPECT_EQ(previous_code_point(text, at), expected[k]);
  EXPECT_EQ(at, 0u);
}

TEST(Utf8, AppendsWhatItReads) {
  for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 97) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string text;
    append_utf8(text, c);
    ASSERT_EQ(valid_utf8_prefix(text), text.size()) << static_cast<unsigned>(c);
    std::size_t at = 0;
    ASSERT_EQ(next_code_point(text, at), c);
  }
}

TEST(Utf8, ReplacesEachIllFormedPartOnce) {
  EXPECT_EQ(replace_invalid_utf8("a\xE4\xB8z"), "a\ufffdz");
  EXPECT_EQ(replace_invalid_utf8("\xF0\x9F\x98"), "\ufffd");
  EXPECT_EQ(replace_invalid_utf8("\xED\xA0\x80"), "\ufffd\ufffd\ufffd");
  EXPECT_EQ(replace_invalid_utf8("\xC0\xAFok\xFF\xFE"), "\ufffd\ufffdok\ufffd\ufffd");
}

}  // namespace
}  // namespace fovea::text
