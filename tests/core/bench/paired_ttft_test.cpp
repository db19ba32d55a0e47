#include "core/bench/paired_ttft.h"

#include "figure_of.h"
#include "tests/support/scripted_engine.h"

#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

using Record = test::ScriptedEngine::Record;

test::Script answers_after(std::chrono::milliseconds pause) {
  test::Script script;
  script.model = test::scripted_model();
  script.steps = {test::says("a", pause), test::finishes(5)};
  return script;
}

BenchPlan small_plan() {
  BenchPlan plan;
  plan.kind = BenchKind::kTtft;
  plan.warm_up = 1;
  plan.repeats = 4;
  plan.new_tokens = 5;
  plan.width = plan.height = 32;
  return plan;
}

std::vector<std::uint8_t> picture_of(const GenerationRequest& request) {
  return std::get<ImagePart>(request.messages.at(0).content.at(0)).image.decoded->pixels;
}

TEST(PairedTtft, AsksBothTheSameAndTellsTheDifferenceAsItIsSeenHere) {
  const auto first = std::make_shared<Record>();
  const auto second = std::make_shared<Record>();
  test::ScriptedEngine base(answers_after({}), first);
  test::ScriptedEngine other(answers_after(std::chrono::milliseconds(300)), second);
  const BenchReport report = run_paired_ttft({base, "base"}, {other, "other"}, small_plan(), {}, {});
  ASSERT_EQ(report.parts.size(), 3U);
  EXPECT_EQ(report.parts[0].label, "32 x 32 pixels, base");
  EXPECT_EQ(report.parts[2].label, "other less base, pair by pair");
  // The script's own times say 1 s of both; what is seen here is the pause.
  ASSERT_NE(figure_of(report.parts[2], "ttft_seen_more_ms"), nullptr);
  EXPECT_EQ(figure_of(report.parts[2], "ttft_seen_more_ms")->values.size(), 4U) << "warm-up counts";
  EXPECT_GT(figure_of(report.parts[2], "ttft_seen_more_ms")->summary.median, 150.0);
  // The way is what is seen less the 1 s that the script tells of.
  EXPECT_NEAR(figure_of(report.parts[1], "way_ms")->summary.min,
              figure_of(report.parts[1], "ttft_seen_ms")->summary.min - 1000.0, 1e-6);
  EXPECT_GT(figure_of(report.parts[2], "way_more_ms")->summary.median, 150.0);
  EXPECT_NEAR(figure_of(report.parts[0], "ttft_ms")->summary.mean, 1000.0, 1e-9);
  EXPECT_GE(figure_of(report.parts[1], "ttft_seen_ms")->summary.min, 300.0);
  ASSERT_EQ(first->requests.size(), 5U);
  ASSERT_EQ(second->requests.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_EQ(picture_of(first->requests[i]), picture_of(second->requests[i]));
  EXPECT_NE(picture_of(first->requests[0]), picture_of(first->requests[1]));
}

/// Notes in a common list when it was asked.
class NotingEngine : public test::ScriptedEngine {
 public:
  NotingEngine(char name, std::string& order)
      : ScriptedEngine(answers_after({})), name_(name), order_(order) {}
  Result<RequestId> submit(GenerationRequest request, EventSink sink) override {
    order_ += name_;
    return ScriptedEngine::submit(std::move(request), std::move(sink));
  }

 private:
  char name_;
  std::string& order_;
};

TEST(PairedTtft, EachIsFirstInEverySecondPair) {
  std::string order;
  NotingEngine base('a', order);
  NotingEngine other('b', order);
  run_paired_ttft({base, "a"}, {other, "b"}, small_plan(), {}, {});
  EXPECT_EQ(order, "abbaabbaab");
}

TEST(PairedTtft, APairWithAFailureCountsForNothingAndIsTold) {
  test::ScriptedEngine base(answers_after({}));
  test::Script broken;
  broken.model = test::scripted_model();
  broken.steps = {test::fails(ErrorCode::kModelError, "No numbers.")};
  test::ScriptedEngine other(broken);
  const BenchReport report = run_paired_ttft({base, "a"}, {other, "b"}, small_plan(), {}, {});
  EXPECT_TRUE(report.error);
  EXPECT_EQ(report.parts[1].failed, 5);
  EXPECT_TRUE(report.parts[0].figures.empty());
  EXPECT_TRUE(report.parts[2].figures.empty());
}

}  // namespace
}  // namespace fovea::bench
