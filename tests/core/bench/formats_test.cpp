#include "core/bench/formats/format_run.h"
#include "tests/core/bench/answering_engine.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

LikelyToken token(std::int32_t id, double probability) {
  return {id, static_cast<float>(std::log(probability))};
}

TEST(DivergenceTest, IsZeroBetweenEqualsAndThatOfTheCoarsenedOtherwise) {
  const std::vector<LikelyToken> wanted = {token(1, 0.5), token(2, 0.3)};
  EXPECT_NEAR(first_token_divergence(wanted, wanted), 0.0, 1e-6);
  const std::vector<LikelyToken> given = {token(1, 0.25), token(3, 0.6)};
  const double known = 0.5 * std::log(0.5 / 0.25) + 0.5 * std::log(0.5 / 0.75);
  EXPECT_NEAR(first_token_divergence(wanted, given), known, 1e-6);
  EXPECT_EQ(first_token_divergence({}, given), 0.0);
}

/// Answers `text` in `seconds`, with a distribution if it was asked for one.
class FormatEngine : public AnsweringEngine {
 public:
  FormatEngine(const std::string& text, double seconds, double first, std::vector<std::string>& order)
      : AnsweringEngine([&order, text, seconds](const GenerationRequest&) {
          order.push_back(text);
          return Reply{text, took(seconds), {}};
        }),
        first_(first) {}
  Result<RequestId> submit(GenerationRequest request, EventSink sink) override {
    if (request.sampling.logprobs == 20) {
      TextDelta delta;
      delta.logprobs = {{1, 0.0F, {token(1, first_), token(2, 0.9 - first_)}}};
      sink({1, delta});
    }
    return AnsweringEngine::submit(std::move(request), std::move(sink));
  }

 private:
  double first_;
};

class FormatsTest : public ::testing::Test {
 protected:
  FormatChoice choice(const std::string& label, const std::string& text, double seconds, double first,
                      bool elsewhere = false) {
    return {label, elsewhere, [this, text, seconds, first]() -> Result<std::unique_ptr<Engine>> {
              ++loads_;
              return std::unique_ptr<Engine>(std::make_unique<FormatEngine>(text, seconds, first, order_));
            }};
  }
  RunRecord& measured(bool together) {
    plan_.choices = {choice("bf16", "abcd", 0.10, 0.5), choice("int4", "abcx", 0.05, 0.2),
                     choice("http://there", "abcd", 0.2, 0.5, true)};
    GenerationRequest request;
    request.messages = {Message::text(Role::kUser, "What?")};
    plan_.questions = {request, request};
    plan_.repeats = 4;
    plan_.together = together;
    recorder_.record().name = kFormatsRun;
    EXPECT_TRUE(run_formats(plan_, recorder_, {}, {}));
    recorder_.finish(false);
    return recorder_.record();
  }
  static std::vector<double> values(const GroupRecord& group, const std::string& name) {
    for (const RunFigure& figure : group.figures) {
      if (figure.name == name) return figure.values;
    }
    return {};
  }

  FormatPlan plan_;
  RunRecorder recorder_{RunRecord{}};
  std::vector<std::string> order_;
  int loads_ = 0;
};

TEST_F(FormatsTest, TakesTurnsAndSaysHowAnswersDiffer) {
  const RunRecord& record = measured(true);
  ASSERT_EQ(record.groups.size(), 3U);
  for (const GroupRecord& group : record.groups) EXPECT_EQ(group.requests, 8) << group.label;
  EXPECT_THAT(std::vector<std::string>(order_.begin() + 6, order_.begin() + 12),
              ElementsAre("abcd", "abcx", "abcd", "abcx", "abcd", "abcd"))
      << "the second question begins with the second";
  EXPECT_THAT(values(record.groups[1], "answer_edits_percent"), ElementsAre(25.0, 25.0));
  EXPECT_THAT(values(record.groups[1], "answers_equal_percent"), ElementsAre(0.0, 0.0));
  EXPECT_THAT(values(record.groups[2], "answers_equal_percent"), ElementsAre(100.0, 100.0));
  ASSERT_EQ(values(record.groups[1], "first_token_kl").size(), 2U);
  EXPECT_GT(values(record.groups[1], "first_token_kl")[0], 0.1);
  EXPECT_THAT(values(record.groups[2], "first_token_kl"), ElementsAre()) << "a server tells none";
  EXPECT_THAT(values(record.groups[2], "weights_mb"), ElementsAre());
  EXPECT_THAT(record.findings, Contains(HasSubstr("int4 against bf16: TTFT -50.0 %")));
  ASSERT_EQ(record.tables.size(), 1U);
  EXPECT_EQ(record.tables[0].rows[1][6], "0");
}

TEST_F(FormatsTest, OneAfterTheOtherWhereMemoryIsShort) {
  const RunRecord& record = measured(false);
  EXPECT_EQ(loads_, 3);
  for (const GroupRecord& group : record.groups) EXPECT_EQ(group.requests, 8) << group.label;
  EXPECT_THAT(std::vector<std::string>(order_.begin(), order_.begin() + 10), ::testing::Each("abcd"));
}

TEST_F(FormatsTest, GoesOnInTheOtherOrderWhereItWasCut) {
  std::string name = (std::filesystem::temp_directory_path() / "fovea-formats-XXXXXX").string();
  const std::filesystem::path folder = std::filesystem::path(mkdtemp(name.data())) / "run";
  plan_.choices = {choice("bf16", "abcd", 0.10, 0.5), choice("int4", "abcx", 0.05, 0.2)};
  GenerationRequest request;
  request.messages = {Message::text(Role::kUser, "What?")};
  plan_.questions = {request, request};
  plan_.repeats = 2;
  plan_.together = true;
  RunRecord begun;
  begun.name = kFormatsRun;
  {
    RunRecorder cut(begun);
    ASSERT_TRUE(cut.keep_in(folder));
    constexpr std::size_t kFirstRound = 4U + 4U;
    EXPECT_TRUE(run_formats(plan_, cut, {}, [&] { return order_.size() > kFirstRound + 1; }));
    cut.finish(true);
  }
  order_.clear();
  plan_.together = false;
  RunRecorder recorder(begun);
  ASSERT_TRUE(recorder.go_on_in(folder));
  EXPECT_TRUE(run_formats(plan_, recorder, {}, {}));
  recorder.finish(false);
  for (const GroupRecord& group : recorder.record().groups) EXPECT_EQ(group.requests, 4) << group.label;
  EXPECT_EQ(order_.size(), 4U + 4U) << "what is compared, and the second round";
  EXPECT_EQ(values(recorder.record().groups[1], "answer_edits_percent").size(), 2U);
  std::filesystem::remove_all(folder.parent_path());
}

TEST_F(FormatsTest, ALoadThatFailsEndsItAndWhatWasMeasuredStands) {
  plan_.choices = {choice("bf16", "a", 0.1, 0.5),
                   {"int4", false, []() -> Result<std::unique_ptr<Engine>> {
                      return Error{ErrorCode::kOutOfMemory, "No room.", {}, {}};
                    }}};
  GenerationRequest request;
  request.messages = {Message::text(Role::kUser, "What?")};
  plan_.questions = {request};
  plan_.together = false;
  EXPECT_FALSE(run_formats(plan_, recorder_, {}, {}));
  EXPECT_EQ(recorder_.record().requests.size(), 5U);
}

}  // namespace
}  // namespace fovea::bench
