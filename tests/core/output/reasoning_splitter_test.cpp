#include "core/output/reasoning_splitter.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using Begin = ReasoningSplitter::Begin;

struct Case {
  Begin begin;
  std::string text;
  std::string reasoning;
  std::string answer;
};

const std::vector<Case> kCases = {
    {Begin::kOutside, "", "", ""},
    {Begin::kOutside, "plain answer", "", "plain answer"},
    {Begin::kOutside, "\n\n plain answer\n", "", "\n\n plain answer\n"},
    {Begin::kOutside, "<think>why</think>because", "why", "because"},
    {Begin::kOutside, "\n <think>\nwhy\n</think>\n\nbecause\n", "why\n", "because\n"},
    {Begin::kOutside, "<think>\n\n\nwhy</think>\n\n\nbecause", "\nwhy", "\nbecause"},
    {Begin::kOutside, "<think></think>\nyes", "", "yes"},
    {Begin::kOutside, "<think>\n\n</think>\n\nyes", "", "yes"},
    {Begin::kOutside, "<think>never closed", "never closed", ""},
    {Begin::kOutside, "<think>half </thin", "half </thin", ""},
    {Begin::kOutside, "<think>a <think> b</think>c <think>d</think>", "a <think> b", "c <think>d</think>"},
    {Begin::kOutside, "<think>a</</think>b", "a</", "b"},
    {Begin::kOutside, "<think>a<</think></think>b", "a<", "</think>b"},
    {Begin::kOutside, "<thin", "", "<thin"},
    {Begin::kOutside, "  <thin king>", "", "  <thin king>"},
    {Begin::kOutside, "so <think>a</think>", "", "so <think>a</think>"},
    {Begin::kOutside, "a</think>b", "", "a</think>b"},
    {Begin::kOutside, "<think>", "", ""},
    {Begin::kOutside, "<think>x</think>\n", "x", ""},
    {Begin::kOutside, std::string(256, ' ') + "<think>x</think>y", "x", "y"},
    {Begin::kOutside, std::string(257, ' ') + "<think>x</think>y", "",
     std::string(257, ' ') + "<think>x</think>y"},
    {Begin::kInside, "", "", ""},
    {Begin::kInside, "why 🤔\n</think>\n\nbecause", "why 🤔\n", "because"},
    {Begin::kInside, "\nwhy</think> because", "\nwhy", " because"},
    {Begin::kInside, "<think>why</think>because", "<think>why", "because"},
    {Begin::kInside, "</think>because", "", "because"},
    {Begin::kInside, "cut off <", "cut off <", ""},
};

SplitText split(const Case& c, const std::vector<std::string_view>& pieces) {
  ReasoningSplitter splitter(c.begin);
  SplitText out;
  for (const std::string_view piece : pieces) splitter.push(piece, out);
  splitter.flush(out);
  return out;
}

TEST(ReasoningSplitter, SplitsAtEveryTwoPlaces) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.text);
    const std::string_view text = c.text;
    for (std::size_t first = 0; first <= text.size(); ++first) {
      for (std::size_t second = first; second <= text.size(); ++second) {
        const SplitText out =
            split(c, {text.substr(0, first), text.substr(first, second - first), text.substr(second)});
        ASSERT_EQ(out.reasoning, c.reasoning) << first << " " << second;
        ASSERT_EQ(out.answer, c.answer) << first << " " << second;
      }
    }
  }
}

TEST(ReasoningSplitter, SplitsByteByByteAndHoldsBackNoMoreThanATag) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.text);
    ReasoningSplitter splitter(c.begin);
    SplitText out;
    for (std::size_t i = 0; i < c.text.size(); ++i) {
      splitter.push(std::string_view(c.text).substr(i, 1), out);
      ASSERT_TRUE(c.reasoning.starts_with(out.reasoning));
      ASSERT_TRUE(c.answer.starts_with(out.answer));
    }
    splitter.flush(out);
    EXPECT_EQ(out.reasoning, c.reasoning);
    EXPECT_EQ(out.answer, c.answer);
  }
  ReasoningSplitter splitter(Begin::kInside);
  SplitText out;
  splitter.push("a < b </th", out);
  EXPECT_EQ(out.reasoning, "a < b ");
  splitter.push("e", out);
  EXPECT_EQ(out.reasoning, "a < b </the");
}

TEST(ReasoningSplitter, SeesAnOpenTagAtThePromptsEnd) {
  EXPECT_TRUE(prompt_opens_reasoning("<|im_start|>assistant\n<think>\n"));
  EXPECT_TRUE(prompt_opens_reasoning("<think>"));
  EXPECT_FALSE(prompt_opens_reasoning("<|assistant|>\n<think></think>\n"));
  EXPECT_FALSE(prompt_opens_reasoning("what is <think> for?\n<|assistant|>\n"));
  EXPECT_FALSE(prompt_opens_reasoning(""));
  EXPECT_FALSE(prompt_opens_reasoning("\n"));
}

}  // namespace
}  // namespace fovea
