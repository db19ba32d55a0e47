#include "app/cli/plain_text.h"

#include <gtest/gtest.h>

namespace fovea::cli {
namespace {

TEST(Harmless, KeepsTextLinesAndTabs) {
  EXPECT_EQ(harmless("a\tb\nÄ 漢 🙂"), "a\tb\nÄ 漢 🙂");
}

TEST(Harmless, ReplacesWhatSteersATerminal) {
  EXPECT_EQ(harmless("\x1b[2J"), "\uFFFD[2J");
  EXPECT_EQ(harmless("a\rb"), "a\uFFFDb");
  EXPECT_EQ(harmless("\a\b\x7f"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(harmless("\u009b31m"), "\uFFFD31m") << "C1 controls steer too";
  EXPECT_EQ(harmless("\u00a0"), "\u00a0") << "the first character after C1";
}

TEST(RepairedUtf8, ReplacesBytesThatAreNoCharacter) {
  EXPECT_EQ(repaired_utf8("a\xff z"), "a\uFFFD z");
  EXPECT_EQ(repaired_utf8("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
  EXPECT_EQ(repaired_utf8("\x1b[1m"), "\x1b[1m") << "control characters are characters";
}

TEST(DisplayWidth, CountsCells) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("漢字"), 4U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("🙂"), 2U);
}

TEST(Fitted, CutsAtCellsAndSaysSo) {
  EXPECT_EQ(fitted("abc", 3), "abc");
  EXPECT_EQ(fitted("abcd", 3), "ab…");
  EXPECT_EQ(fitted("漢字漢字", 4), "漢…");
  EXPECT_EQ(fitted("abc", 0), "");
}

TEST(Trimmed, TakesWhiteSpaceOffBothEnds) {
  EXPECT_EQ(trimmed("  a b\n"), "a b");
  EXPECT_EQ(trimmed(" \t\n"), "");
}

}  // namespace
}  // namespace fovea::cli
