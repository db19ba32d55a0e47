// The model in the box as one of several in this process.
#include "core/api/load_plan.h"

#include "collected.h"
#include "core/device/process_memory.h"
#include "picture_questions.h"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

EngineOptions mini(std::uint64_t memory_bytes = 0) {
  EngineOptions options;
  options.model_folder = "resources/models/fovea-mini";
  options.memory_bytes = memory_bytes;
  return options;
}

Result<std::unique_ptr<Engine>> beside(std::uint64_t memory_bytes) {
  return load_local_engine_beside(mini(memory_bytes), [](const LoadProgress&) { return true; });
}

GenerationRequest question(int side) {
  GenerationRequest request = test::asking_about("What is this?", {"resources/samples/form.png"}, 8);
  request.sampling.temperature = 0.0;
  request.image_budget.min_pixels = std::int64_t{side} * side * 9 / 10;
  request.image_budget.max_pixels = std::int64_t{side} * side;
  return request;
}

TEST(LoadPlan, SaysWhatLoadingComesTo) {
  const auto plan = plan_local_engine(mini());
  ASSERT_TRUE(plan) << plan.error().text();
  const auto engine = beside(plan->least);
  ASSERT_TRUE(engine) << engine.error().text();
  const ModelInfo loaded = (*engine)->model();
  EXPECT_EQ(plan->model.name, loaded.name);
  EXPECT_EQ(plan->model.family, loaded.family);
  EXPECT_EQ(plan->model.compute_type, loaded.compute_type);
  EXPECT_EQ(plan->model.parameters, loaded.parameters);
  EXPECT_EQ(plan->model.context_tokens, loaded.context_tokens);
  EXPECT_NEAR(static_cast<double>(plan->weights), static_cast<double>(loaded.weights_bytes),
              0.01 * static_cast<double>(loaded.weights_bytes))
      << "tables that are no weights count too";
  EXPECT_GE(plan->loading, plan->weights);
  EXPECT_GE(plan->least, plan->loading);
}

TEST(LoadPlan, TheLeastIsEnoughForAQuestionAboutAMegapixel) {
  const auto plan = plan_local_engine(mini());
  ASSERT_TRUE(plan);
  const auto engine = beside(plan->least);
  ASSERT_TRUE(engine) << engine.error().text();
  test::Collected answer;
  ASSERT_TRUE((*engine)->submit(question(kPlannedSide), answer.sink()));
  answer.wait();
  EXPECT_TRUE(answer.finished()) << answer.failed()->error.text();
  const EngineMetrics metrics = (*engine)->metrics();
  EXPECT_LE(metrics.memory_limit_bytes, plan->least);
  EXPECT_LE(metrics.memory_planned_bytes, metrics.memory_limit_bytes);
  test::Collected large;
  ASSERT_TRUE((*engine)->submit(question(3 * kPlannedSide), large.sink()));
  large.wait();
  ASSERT_TRUE(large.failed()) << "it is the least, not more";
  EXPECT_EQ(large.failed()->error.code, ErrorCode::kOutOfMemory);
}

TEST(LoadPlan, UnderWhatLoadingTakesItIsRefused) {
  const auto plan = plan_local_engine(mini());
  ASSERT_TRUE(plan);
  const auto none = beside(plan->loading - 1);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kOutOfMemory);
}

TEST(LoadPlan, WhatElseTheProcessHoldsDoesNotCount) {
  const auto plan = plan_local_engine(mini());
  ASSERT_TRUE(plan);
  const auto alone = beside(plan->least);
  ASSERT_TRUE(alone);
  const std::vector<char> others(200'000'000, 1);  // more than the model's whole share
  const auto second = beside(plan->least);
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_EQ((*second)->metrics().kv_blocks_total, (*alone)->metrics().kv_blocks_total);
  EXPECT_GT(process_memory().resident, plan->least + others.size());
  test::Collected first_answer;
  test::Collected second_answer;
  ASSERT_TRUE((*alone)->submit(question(512), first_answer.sink()));
  ASSERT_TRUE((*second)->submit(question(512), second_answer.sink()));
  first_answer.wait();
  second_answer.wait();
  EXPECT_EQ(first_answer.ids(), second_answer.ids()) << "side by side";
  EXPECT_FALSE(first_answer.ids().empty());
  const auto preview = (*second)->preview(question(512));
  ASSERT_TRUE(preview && preview->memory);
  EXPECT_LE(preview->memory->held, plan->least) << "of this model alone";
}

TEST(LoadPlan, AFolderThatIsNoModelIsSaid) {
  EngineOptions options;
  options.model_folder = "resources/samples";
  EXPECT_FALSE(plan_local_engine(options));
}

}  // namespace
}  // namespace fovea
