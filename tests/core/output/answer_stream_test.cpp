#include "core/output/answer_stream.h"

#include "core/api/utf8.h"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

constexpr std::int32_t kEos = 1000;

/// Runs an answer whose tokens are the given pieces.
class Answered {
 public:
  Answered(AnswerSettings settings, std::vector<std::string> pieces) : pieces_(std::move(pieces)) {
    AnswerStream stream(settings, {[this](std::int32_t id) { return std::string_view(piece(id)); },
                                   [](std::int32_t id) { return id == kEos; }});
    std::int32_t id = 0;
    while (!finish && static_cast<std::size_t>(id) < pieces_.size()) {
      take(stream.push(pieces_[static_cast<std::size_t>(id)] == "<eos>" ? kEos : id));
      ++id;
    }
    if (!finish) take(stream.flush());
    stop_string = stream.stop_string();
    tokens = stream.tokens();
    reasoning_tokens = stream.reasoning_tokens();
    take(stream.flush());  // a second end adds nothing
  }

  SplitText text;
  std::optional<FinishReason> finish;
  std::string stop_string;
  std::int64_t tokens = 0;
  std::int64_t reasoning_tokens = 0;

 private:
  const std::string& piece(std::int32_t id) const { return pieces_[static_cast<std::size_t>(id)]; }
  void take(const AnswerStream::Step& step) {
    EXPECT_TRUE(is_utf8(step.text.reasoning) && is_utf8(step.text.answer));
    EXPECT_TRUE(step.text.reasoning.empty() || text.answer.empty()) << "reasoning after the answer";
    text.reasoning += step.text.reasoning;
    text.answer += step.text.answer;
    if (step.finish) finish = step.finish;
  }
  std::vector<std::string> pieces_;
};

AnswerSettings settings(std::vector<std::string> stop = {}) {
  AnswerSettings made;
  made.eos_ids = {7777, kEos};
  made.stop = std::move(stop);
  return made;
}

TEST(AnswerStream, EndsAtEndOfText) {
  const Answered run(settings(), {"Hel", "lo \xF0\x9F", "\x99\x82", "<eos>", "never"});
  EXPECT_EQ(run.text.answer, "Hello 🙂");
  EXPECT_EQ(run.finish, FinishReason::kEndOfText);
  EXPECT_EQ(run.tokens, 4);
  EXPECT_EQ(run.reasoning_tokens, 0);
}

TEST(AnswerStream, AnEndOfTextThatIsNoSpecialTokenHasNoTextEither) {
  AnswerSettings own = settings();
  own.eos_ids = {1};
  const Answered run(own, {"all", " over", "never"});
  EXPECT_EQ(run.text.answer, "all");
  EXPECT_EQ(run.finish, FinishReason::kEndOfText);
}

TEST(AnswerStream, EndsAtTheLimitWithAllThatWasHeld) {
  AnswerSettings limited = settings({"stop"});
  limited.max_new_tokens = 2;
  const Answered run(limited, {"a st", "\xE2\x82", "op"});
  EXPECT_EQ(run.text.answer, "a st\uFFFD");
  EXPECT_EQ(run.finish, FinishReason::kLength);
  const Answered last_is_eos(limited, {"a", "<eos>"});
  EXPECT_EQ(last_is_eos.finish, FinishReason::kEndOfText);
}

TEST(AnswerStream, IgnoresEndOfTextWhenTold) {
  AnswerSettings measured = settings();
  measured.ignore_eos = true;
  measured.max_new_tokens = 4;
  const Answered run(measured, {"a", "<eos>", "b", "c", "d"});
  EXPECT_EQ(run.text.answer, "abc");
  EXPECT_EQ(run.finish, FinishReason::kLength);
}

TEST(AnswerStream, StopsInTheAnswerNotInTheReasoning) {
  const Answered run(settings({"END"}),
                     {"<think>", "the END", " is far", "</think>", "\n\n", "42 E", "ND", " more"});
  EXPECT_EQ(run.text.reasoning, "the END is far");
  EXPECT_EQ(run.text.answer, "42 ");
  EXPECT_EQ(run.finish, FinishReason::kStopString);
  EXPECT_EQ(run.stop_string, "END");
  EXPECT_EQ(run.tokens, 7);
  EXPECT_EQ(run.reasoning_tokens, 4);
}

TEST(AnswerStream, AStopStringThatOnlyTheEndCompletesStillCounts) {
  // "<think" is held by the splitter until the end says that it is no tag.
  const Answered run(settings({"thi"}), {"<think", "<eos>"});
  EXPECT_EQ(run.text.answer, "<");
  EXPECT_EQ(run.finish, FinishReason::kStopString);
}

TEST(AnswerStream, CountsReasoningTokens) {
  EXPECT_EQ(Answered(settings(), {"\n", "<th", "ink>", "a", "b</think>c", "d"}).reasoning_tokens, 5);
  EXPECT_EQ(Answered(settings(), {"\n", "<th", "is", "a"}).reasoning_tokens, 0);
  EXPECT_EQ(Answered(settings(), {"<think>all</think>", "b"}).reasoning_tokens, 1);
  AnswerSettings inside = settings();
  inside.begins_inside_reasoning = true;
  const Answered run(inside, {"a", "</think>", "b"});
  EXPECT_EQ(run.reasoning_tokens, 2);
  EXPECT_EQ(run.text.reasoning, "a");
  EXPECT_EQ(run.text.answer, "b");
}

TEST(AnswerStream, DoesNotDependOnWhereTokensCutTheText) {
  std::mt19937 random(8);
  const std::string text =
      "<think>\nwhy 🤔 STOP ü</think>\n\nSo 漢字: é STO, then ST🙂OP, STOP and more";
  for (int round = 0; round < 3000; ++round) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t length = 1 + random() % 7;
      pieces.push_back(text.substr(at, length));
      at += length;
    }
    const Answered run(settings({"STOP", "OP"}), pieces);
    ASSERT_EQ(run.text.reasoning, "why 🤔 STOP ü");
    ASSERT_EQ(run.text.answer, "So 漢字: é STO, then ST🙂");
    ASSERT_EQ(run.stop_string, "OP");
  }
}

}  // namespace
}  // namespace fovea
