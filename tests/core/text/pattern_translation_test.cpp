#include "core/input/text/pattern_translation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::text {
namespace {

using testing::HasSubstr;

std::string translated(std::string_view pattern) {
  auto result = to_pcre2_pattern(pattern);
  return result ? *result : "refused: " + result.error().message;
}

TEST(PatternTranslation, KeepsWhatMeansTheSame) {
  EXPECT_EQ(translated(R"(\p{L}+|\p{N}{1,3}|\s+(?!\S)|\s++|a*?)"), R"(\p{L}+|\p{N}{1,3}|\s+(?!\S)|\s++|a*?)");
  EXPECT_EQ(translated(R"((?i:x|[yz]))"), "(?i:x|[yz])");
}

TEST(PatternTranslation, RewritesWhatMeansSomethingElse) {
  EXPECT_EQ(translated("."), "[^\\x{0a}]");
  EXPECT_EQ(translated(R"(\d\D)"), R"(\p{Nd}\P{Nd})");
  EXPECT_EQ(translated(R"(\p{^L}\P{^N}\p{Han})"), R"(\P{L}\p{N}\p{sc:Han})");
  EXPECT_EQ(translated(R"(\v)"), R"(\x{0b})");  // to PCRE2 a class of its own
  EXPECT_EQ(translated(R"((a)\u4e2d\x{4E2D}\x41)"), "(?:a)\u4e2d\u4e2dA");
  EXPECT_EQ(translated(R"([^\r\n/\-a-z-])"), R"([^\x{0d}\x{0a}\x{2f}\x{2d}a-z\x{2d}])");
  EXPECT_EQ(translated("# {}"),
            "refused: tokenizer.json uses a split pattern with '{' that is not {n}, {n,} or {n,m}, which "
            "Fovea cannot follow.");
  EXPECT_EQ(translated("# ]}"), R"(\x{23}\x{20}\x{5d}\x{7d})");
}

TEST(PatternTranslation, RefusesWhatTheTwoLibrariesReadDifferently) {
  const char* const cases[][2] = {{"^a", "anchor '^'"},
                                  {"a$", "anchor '$'"},
                                  {R"(\w)", R"('\w')"},
                                  {R"(\b)", R"('\b')"},
                                  {R"(\h)", R"('\h')"},
                                  {R"((a)\1)", R"('\1')"},
                                  {R"(\p{Greek})", "'Greek'"},
                                  {R"(\pL)", "property"},
                                  {"(?<=a)b", "'(?<="},
                                  {"(?<n>a)", "'(?<n'"},
                                  {"(?s:a)", "'(?s:"},
                                  {"(?i)a", "'(?i)"},
                                  {"(?>a)", "'(?>a"},
                                  {"[a[b]]", "class within"},
                                  {"[a&&b]", "intersection"},
                                  {"[]a]", "begins with ']'"},
                                  {R"([\s-a])", "between"},
                                  {R"([a-\d])", "ends in a class"},
                                  {"[z-a]", "backwards"},
                                  {"[a", "without its ']'"},
                                  {"(a", "without its ')'"},
                                  {"a)", "too many"},
                                  {"a{1,3}+", "on top"},
                                  {"a**", "on top"},
                                  {"a{3,1}", "out of range"},
                                  {"a{1,5000}", "out of range"},
                                  {"*a", "nothing can be repeated"},
                                  {"(?=a)*", "lookahead"},
                                  {"(?i:ss)", "'ss'"},
                                  {"(?i:\u00e9)", "beyond ASCII"},
                                  {"(?i:[\u00e9])", "beyond ASCII"},
                                  {"(?i:s+)", "without regard"},
                                  {"(?i:(?:s)s)", "holds another"},
                                  {"\\", "'\\' at its end"},
                                  {"\\\u00e9", "'\\'"},
                                  {R"(\x{110000})", "code point"},
                                  {R"(\ud800)", "code point"},
                                  {R"(\xff)", "code point"},
                                  {R"(\x{41)", "code point"}};
  for (const auto& [pattern, reason] : cases) {
    const auto result = to_pcre2_pattern(pattern);
    ASSERT_FALSE(result) << pattern << " became " << *result;
    EXPECT_EQ(result.error().code, ErrorCode::kUnsupported);
    EXPECT_THAT(result.error().message, HasSubstr(reason)) << pattern;
  }
}

TEST(PatternTranslation, BoundsWhatItReads) {
  EXPECT_FALSE(to_pcre2_pattern(std::string(9000, 'a')));
  EXPECT_TRUE(to_pcre2_pattern(std::string(60, '(') + "a" + std::string(60, ')')));
  EXPECT_FALSE(to_pcre2_pattern(std::string(100, '(') + "a" + std::string(100, ')')));
}

}  // namespace
}  // namespace fovea::text
