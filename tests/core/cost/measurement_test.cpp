#include "core/cost/measurement.h"

#include "core/cost/burst_fit.h"

#include <gtest/gtest.h>

namespace fovea::cost {
namespace {

// The form of `fovea bench batch --json`, with round numbers.
constexpr const char* kBatch = R"({"model": "fovea-mini", "compute_type": "fp32", "parts": [
  {"label": "batch 1", "prompt_tokens": 60, "new_tokens": 20, "failed": 0, "figures": {
    "ttft_ms": {"mean": 100.0}, "e2el_ms": {"mean": 400.0, "values": [300.0, 500.0]},
    "output_tokens_per_s": {"mean": 50.0}}},
  {"label": "batch 4", "prompt_tokens": 64, "new_tokens": 80, "failed": 0, "figures": {
    "ttft_ms": {"mean": 160.0}, "e2el_ms": {"mean": 640.0, "values": [640.0]},
    "output_tokens_per_s": {"mean": 120.0}}},
  {"label": "batch 8", "prompt_tokens": 61, "new_tokens": 160, "failed": 0, "figures": {
    "ttft_ms": {"mean": 700.0}, "e2el_ms": {"mean": 1600.0, "values": [1600.0]},
    "output_tokens_per_s": {"mean": 100.0}}}]})";

TEST(Measurement, TakesTheBestBatchAndTheWholeCurve) {
  const auto measured = read_measurement(kBatch, "b.json");
  ASSERT_TRUE(measured) << measured.error().text();
  EXPECT_EQ(measured->label, "fovea-mini fp32");
  EXPECT_DOUBLE_EQ(*measured->alone_tokens_per_second, 50.0);
  EXPECT_DOUBLE_EQ(*measured->batched_tokens_per_second, 120.0);
  EXPECT_EQ(measured->batch, 4);
  EXPECT_DOUBLE_EQ(measured->first_token_share, 0.25);
  EXPECT_DOUBLE_EQ(measured->prompt_tokens, 64.0);
  EXPECT_DOUBLE_EQ(measured->answer_tokens, 20.0);
  ASSERT_EQ(measured->curve.size(), 3U);
  EXPECT_EQ(measured->curve[2].at_once, 8);
  EXPECT_DOUBLE_EQ(measured->curve[2].seconds, 1.6);
  ASSERT_EQ(measured->spread.size(), 2U);
  EXPECT_DOUBLE_EQ(measured->spread[1], 1.25);
}

TEST(Measurement, WhatIsGivenByHandStays) {
  const auto measured = read_measurement(kBatch, "b.json");
  ASSERT_TRUE(measured);
  CostInputs inputs;
  inputs.answer_tokens = 40.0;
  inputs.batch = 2.0;
  apply(*measured, inputs);
  EXPECT_DOUBLE_EQ(*inputs.answer_tokens, 40.0);
  EXPECT_DOUBLE_EQ(*inputs.batch, 2.0);
  EXPECT_FALSE(inputs.batched_tokens_per_second) << "half of a pair";
  EXPECT_DOUBLE_EQ(*inputs.prompt_tokens, 64.0);
  EXPECT_DOUBLE_EQ(service_curve(inputs, &*measured)[1].seconds, 1.28) << "answers twice as long";
}

TEST(Measurement, ReadsOneAnswerAtATime) {
  const auto measured = read_measurement(
      R"({"model": "m", "parts": [{"label": "decode", "new_tokens": 64, "figures": {"e2el_ms": {"mean": 1280.0}}}]})",
      "d.json");
  ASSERT_TRUE(measured) << measured.error().text();
  EXPECT_DOUBLE_EQ(*measured->alone_tokens_per_second, 50.0);
  EXPECT_FALSE(measured->batched_tokens_per_second);
  EXPECT_DOUBLE_EQ(measured->prompt_tokens, 0.0);
}

TEST(Measurement, SaysWhatIsWrongWithAFile) {
  for (const char* text :
       {"", "[]", "{", R"({"parts": 3})", R"({"parts": []})", R"({"parts": [3, {"figures": 4}]})",
        R"({"parts": [{"label": "batch 1", "new_tokens": 5, "figures": {"e2el_ms": {"mean": "x"}}}]})",
        R"({"parts": [{"new_tokens": -5, "figures": {"e2el_ms": {"mean": 4}}}]})"}) {
    const auto measured = read_measurement(text, "b.json");
    ASSERT_FALSE(measured) << text;
    EXPECT_EQ(measured.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(measured.error().message.substr(0, 10), "In b.json:");
  }
}

TEST(ServiceCurve, ComesFromTheRatesWithoutAMeasurement) {
  CostInputs inputs;
  EXPECT_TRUE(service_curve(inputs, nullptr).empty());
  inputs.answer_tokens = 100.0;
  inputs.alone_tokens_per_second = 50.0;
  inputs.batched_tokens_per_second = 200.0;
  inputs.batch = 8.0;
  const auto curve = service_curve(inputs, nullptr);
  ASSERT_EQ(curve.size(), 2U);
  EXPECT_DOUBLE_EQ(curve[0].seconds, 2.0);
  EXPECT_EQ(curve[1].at_once, 8);
  EXPECT_DOUBLE_EQ(curve[1].seconds, 4.0);
}

/// As an engine works whose steps cost 12 ms a prompt as soon as one answer is written, and 1 ms more for
/// each.
TEST(Bursts, TheFirstAnswerBesideAPromptCostsMost) {
  const auto prompt = [](int answers) { return answers == 0 ? 0.050 : 0.061 + 0.001 * answers; };
  for (const bool told : {true, false}) {
    std::vector<Burst> bursts;
    for (const int size : {1, 2, 4, 8}) {
      double begun = 0.0;
      double first = 0.0;
      for (int k = 0; k < size; ++k) {
        begun += prompt(k);
        first += begun / size;
      }
      bursts.push_back({size, begun + 0.2, first, {}, 0.2, {}});
      if (told) bursts.back().begun = begun;
    }
    for (const ServicePoint& point : points_of(bursts))
      EXPECT_NEAR(point.prompt, prompt(point.at_once - 1), 1e-9) << point.at_once << " at once, " << told;
  }
}

/// A line through these would have a prompt by itself take less than no time.
TEST(Bursts, APromptAlwaysTakesSomeTime) {
  const std::vector<ServicePoint> points =
      points_of({{1, 0.5, 0.02, {}, 0.1, {}}, {4, 1.0, 0.125, {}, 0.1, {}}, {8, 6.0, 4.5, {}, 0.1, {}}});
  ASSERT_EQ(points.size(), 3U);
  for (const ServicePoint& point : points) EXPECT_GT(point.prompt, 0.0) << point.at_once;
}

}  // namespace
}  // namespace fovea::cost
