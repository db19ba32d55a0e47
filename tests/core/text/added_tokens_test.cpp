// How added tokens are found. The expected pieces are the reference's; tests/oracle/tokenizer_differential.py
// compares more.
#include "core/input/text/added_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::text {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

AddedToken token(std::int32_t id, std::string content) {
  AddedToken made;
  made.id = id;
  made.content = std::move(content);
  return made;
}

/// "text" for text, "7:content" for a token.
std::vector<std::string> pieces(const AddedTokenMatcher& matcher, std::string_view text) {
  std::vector<AddedTokenMatcher::Piece> found;
  matcher.split(text, found);
  std::vector<std::string> out;
  for (const auto& piece : found) {
    out.push_back((piece.id < 0 ? "" : std::to_string(piece.id) + ":") + std::string(piece.text));
  }
  return out;
}

TEST(AddedTokens, FindsTheLeftmostAndOfThoseTheLongest) {
  const AddedTokenMatcher matcher({token(1, "<x"), token(2, "<x>y"), token(3, "x>"), token(4, "<x>y<z>!")});
  EXPECT_THAT(pieces(matcher, "<x>y <x> x>"), ElementsAre("2:<x>y", " ", "1:<x", "> ", "3:x>"));
  EXPECT_THAT(pieces(matcher, "<x>y<z>"), ElementsAre("2:<x>y", "<z>"));  // begins like 4, but is not
  EXPECT_THAT(pieces(matcher, "<<x>y<z>!"), ElementsAre("<", "4:<x>y<z>!"));
  EXPECT_THAT(pieces(matcher, ""), IsEmpty());
  EXPECT_THAT(pieces(AddedTokenMatcher({}), "<x>"), ElementsAre("<x>"));
}

TEST(AddedTokens, TakesTheFirstOfEqualOnes) {
  const AddedTokenMatcher matcher({token(1, "<x>"), token(2, "<x>")});
  EXPECT_THAT(pieces(matcher, "<x>"), ElementsAre("1:<x>"));
}

TEST(AddedTokens, SingleWordsTouchNoWordCharacter) {
  AddedToken word = token(1, "word");
  word.single_word = true;
  const AddedTokenMatcher matcher({word});
  EXPECT_THAT(pieces(matcher, "word"), ElementsAre("1:word"));
  EXPECT_THAT(pieces(matcher, "(word)"), ElementsAre("(", "1:word", ")"));
  for (const char* text : {"swords", "word_", "word1", "\u00e9word", "word\u0301", "word\u200d", "word\u24b6",
                           "\U00010D50word"}) {
    EXPECT_THAT(pieces(matcher, text), ElementsAre(text));
  }
  // What is no word on its own is passed over whole: the second one is not sought inside the first.
  EXPECT_THAT(pieces(matcher, "wordword word\u2019"), ElementsAre("wordword ", "1:word", "\u2019"));
}

TEST(AddedTokens, StripsWhiteSpaceOnTheSidesTheySay) {
  AddedToken left = token(1, "<l>"), right = token(2, "<r>");
  left.lstrip = true;
  right.rstrip = true;
  const AddedTokenMatcher matcher({left, right});
  EXPECT_THAT(pieces(matcher, "a \u3000\n<l> b"), ElementsAre("a", "1: \u3000\n<l>", " b"));
  EXPECT_THAT(pieces(matcher, "a <r> \u00a0\tb"), ElementsAre("a ", "2:<r> \u00a0\t", "b"));
  EXPECT_THAT(pieces(matcher, "<r>  <l>"), ElementsAre("2:<r>  ", "1:<l>"));  // not taken twice
  EXPECT_THAT(pieces(matcher, "<r>\u180e"), ElementsAre("2:<r>", "\u180e"));  // no white space
}

TEST(AddedTokens, SpaceThatWasTakenIsSharedOutAsTheReferenceDoes) {
  AddedToken right = token(1, "<r>"), line = token(2, "\n"), strip_line = token(3, "\n");
  right.rstrip = true;
  strip_line.lstrip = true;
  EXPECT_THAT(pieces(AddedTokenMatcher({right, line}), "<r> \n b"), ElementsAre("1:<r> \n ", "2:\n", " b"));
  EXPECT_THAT(pieces(AddedTokenMatcher({right, strip_line}), "<r> \nb"), ElementsAre("1:<r> \n", "b"));
}

}  // namespace
}  // namespace fovea::text
