#include "core/input/text/pre_tokenizer.h"
#include "core/input/text/stand_ins.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::text {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kQwen =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

std::vector<std::string> words(std::vector<std::string_view> patterns, std::string_view text) {
  std::vector<SplitPattern> compiled;
  for (std::string_view pattern : patterns) {
    auto one = SplitPattern::compile(pattern);
    if (!one) return {one.error().message};
    compiled.push_back(*std::move(one));
  }
  SplitWorkspace workspace;
  const auto spans = PreTokenizer(std::move(compiled)).words(text, workspace);
  if (!spans) return {spans.error().message};
  std::vector<std::string> out;
  for (const Span& span : *spans) out.emplace_back(text.substr(span.begin, span.end - span.begin));
  return out;
}

TEST(SplitPattern, CutsAsQwenDoes) {
  EXPECT_THAT(words({kQwen}, "It's  12 a.\n\n b"),
              ElementsAre("It", "'s", " ", " ", "1", "2", " a", ".\n\n", " b"));
  EXPECT_THAT(words({kQwen}, "don\u2019T I'LL'\u017fa"),
              ElementsAre("don", "\u2019T", " I", "'LL", "'\u017f", "a"));
  EXPECT_THAT(words({kQwen}, ""), IsEmpty());
}

TEST(SplitPattern, MatchesSeeNothingBeyondTheirPart) {
  // The first pattern cuts off the digits; so the white space before them ends its part and stays whole.
  EXPECT_THAT(words({R"(\d+)", kQwen}, "a  12"), ElementsAre("a", "  ", "1", "2"));
  EXPECT_THAT(words({kQwen}, "a  12"), ElementsAre("a", " ", " ", "1", "2"));
}

TEST(SplitPattern, KeepsWhatLiesBetweenMatches) {
  EXPECT_THAT(words({R"(\d+)"}, "ab12cd"), ElementsAre("ab", "12", "cd"));
  EXPECT_THAT(words({}, "ab12"), ElementsAre("ab12"));
}

TEST(SplitPattern, EmptyMatchesCutToo) {
  EXPECT_THAT(words({R"(\p{N}*)"}, "a12b3\u00e9"), ElementsAre("a", "12", "b", "3", "\u00e9"));
  EXPECT_THAT(words({R"(\p{N}*?)"}, "a12"), ElementsAre("a", "1", "2"));
  EXPECT_THAT(words({R"((?:a|))"}, "baab"), ElementsAre("b", "a", "a", "b"));
}

TEST(SplitPattern, KnowsCharactersThatTheSystemsLibraryDoesNot) {
  // A letter of Unicode 16, a digit of the same, and U+180E, which is no white space.
  EXPECT_THAT(words({kQwen}, "a\u1c89b\U00010d40 \u180e"), ElementsAre("a\u1c89b", "\U00010d40", " \u180e"));
  EXPECT_THAT(words({R"(\s+)"}, "a\u180eb"), ElementsAre("a\u180eb"));
  EXPECT_THAT(words({R"(\p{Han}+)"}, "a\U00031350\u4e2d"), ElementsAre("a", "\U00031350\u4e2d"));
}

TEST(SplitPattern, StandInsKeepEveryOffset) {
  const std::string text = "x\u180e\u4e2d\u1c89 \U00010d40\U00031350";
  const MatchedText matched(text);
  EXPECT_EQ(matched.view(), "x\u200b\u4e2d\u1e00 \U000104a0\U00020000");
  const std::string plain = "nothing to replace \u4e2d\U0001F600";
  EXPECT_EQ(MatchedText(plain).view().data(), plain.data());
}

TEST(SplitPattern, SlowPatternsEndInAnError) {
  const auto slow = SplitPattern::compile(R"((?:a*)*b|(?:a|a|a)+c)");
  ASSERT_TRUE(slow) << slow.error().message;
  SplitWorkspace workspace;
  std::vector<Span> out;
  const std::string text(5000, 'a');
  const auto result = slow->split(text, {0, 5000}, workspace, out);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kTooLong);
}

}  // namespace
}  // namespace fovea::text
