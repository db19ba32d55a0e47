#include "core/bench/engine_bench.h"

#include "core/bench/workload.h"
#include "figure_of.h"
#include "tests/support/scripted_engine.h"

#include <atomic>
#include <set>

#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

/// An engine whose every answer has first token at 1 s, then 20 a second; a prompt of 812 tokens, prefill 0.6
/// s.
test::Script known_times() {
  test::Script script;
  script.model = test::scripted_model();
  script.preview.prompt_tokens = 812;
  script.steps = {test::says("a"), test::finishes(5)};
  return script;
}

BenchPlan plan_of(BenchKind kind) {
  BenchPlan plan;
  plan.kind = kind;
  plan.warm_up = 2;
  plan.repeats = 3;
  plan.new_tokens = 5;
  plan.prompt_tokens = 812;
  plan.width = plan.height = 32;
  return plan;
}

TEST(EngineBench, DecodeIsTheTimeBetweenTokens) {
  test::ScriptedEngine engine(known_times());
  const auto report = run_bench(engine, plan_of(BenchKind::kDecode), {}, {});
  ASSERT_TRUE(report);
  ASSERT_EQ(report->parts.size(), 1U);
  const Figure* tpot = figure_of(report->parts[0], "tpot_ms");
  ASSERT_NE(tpot, nullptr);
  EXPECT_EQ(tpot->values.size(), 3U) << "warm-up counts";
  EXPECT_NEAR(tpot->summary.median, 50.0, 1e-9);
  EXPECT_NEAR(figure_of(report->parts[0], "decode_tokens_per_s")->summary.mean, 20.0, 1e-9);
  EXPECT_NEAR(figure_of(report->parts[0], "ttft_ms")->summary.mean, 1000.0, 1e-9);
  EXPECT_NEAR(figure_of(report->parts[0], "e2el_ms")->summary.mean, 1200.0, 1e-9);
}

TEST(EngineBench, PrefillIsTheStagesTime) {
  test::ScriptedEngine engine(known_times());
  const auto report = run_bench(engine, plan_of(BenchKind::kPrefill), {}, {});
  ASSERT_TRUE(report);
  EXPECT_NEAR(figure_of(report->parts[0], "prefill_tokens_per_s")->summary.mean, 812.0 / 0.6, 1e-6);
}

TEST(EngineBench, AsksASecondQuestionAboutTheSamePicture) {
  const auto record = std::make_shared<test::ScriptedEngine::Record>();
  test::ScriptedEngine engine(known_times(), record);
  BenchPlan plan = plan_of(BenchKind::kTtft);
  plan.warm_up = 0;
  const auto report = run_bench(engine, plan, {}, {});
  ASSERT_TRUE(report);
  EXPECT_NEAR(figure_of(report->parts[0], "vision_ms")->summary.mean, 350.0, 1e-9);
  EXPECT_EQ(figure_of(report->parts[0], "decode_ms"), nullptr);
  ASSERT_EQ(record->requests.size(), 6U);
  const auto picture = [&](std::size_t i) {
    return std::get<ImagePart>(record->requests[i].messages[0].content[0]).image.decoded->pixels;
  };
  EXPECT_EQ(picture(0), picture(1));
  EXPECT_NE(picture(0), picture(2));
}

TEST(EngineBench, BatchSendsSoManyAtOnceAndNoPromptTwice) {
  const auto record = std::make_shared<test::ScriptedEngine::Record>();
  test::ScriptedEngine engine(known_times(), record);
  BenchPlan plan = plan_of(BenchKind::kBatch);
  plan.batches = {1, 3};
  plan.warm_up = 0;
  const auto report = run_bench(engine, plan, {}, {});
  ASSERT_TRUE(report);
  ASSERT_EQ(report->parts.size(), 2U);
  EXPECT_EQ(report->parts[1].label, "batch 3");
  EXPECT_EQ(report->parts[1].new_tokens, 15);
  // All begin within moments; four of each one's five tokens come after its first, over 0.2 s.
  EXPECT_GT(figure_of(report->parts[1], "decode_tokens_per_s")->summary.mean, 40.0);
  std::set<std::string> prompts;
  for (const GenerationRequest& request : record->requests) {
    if (!request.ignore_eos || request.messages.empty()) continue;
    prompts.insert(std::get<TextPart>(request.messages[0].content[0]).text);
  }
  EXPECT_GE(prompts.size(), 12U);
}

TEST(EngineBench, StopsWhenToldAndKeepsWhatWasMeasured) {
  test::ScriptedEngine engine(known_times());
  int begun = 0;
  std::atomic<bool> stop = false;
  const auto report = run_bench(
      engine, plan_of(BenchKind::kDecode), [&](const std::string&, int, int) { stop = ++begun > 4; },
      [&] { return stop.load(); });
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->stopped || figure_of(report->parts[0], "tpot_ms")->values.size() < 3);
  EXPECT_EQ(figure_of(report->parts[0], "tpot_ms")->values.size(), 2U);
}

TEST(EngineBench, CountsFailuresAndNamesTheFirst) {
  test::Script script = known_times();
  script.steps = {test::fails(ErrorCode::kOutOfMemory, "There is not enough memory for this question.")};
  test::ScriptedEngine engine(script);
  const auto report = run_bench(engine, plan_of(BenchKind::kDecode), {}, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->parts[0].failed, 5);
  ASSERT_TRUE(report->error);
  EXPECT_EQ(report->error->code, ErrorCode::kOutOfMemory);
  EXPECT_TRUE(report->parts[0].figures.empty());
}

TEST(Workload, PicturesFollowTheirSeed) {
  EXPECT_EQ(made_up_picture(20, 10, 1).decoded->pixels, made_up_picture(20, 10, 1).decoded->pixels);
  EXPECT_NE(made_up_picture(20, 10, 1).decoded->pixels, made_up_picture(20, 10, 2).decoded->pixels);
  EXPECT_EQ(made_up_picture(20, 10, 1).decoded->pixels.size(), 600U);
}

}  // namespace
}  // namespace fovea::bench
