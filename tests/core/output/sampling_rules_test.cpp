#include "core/output/sampling_rules.h"

#include <gtest/gtest.h>

namespace fovea {
namespace {

using Mode = ResolvedSampling::Mode;

SamplingDefaults sampling_checkpoint() {
  SamplingDefaults defaults;
  defaults.do_sample = true;
  defaults.temperature = 0.7;
  defaults.top_k = 20;
  defaults.top_p = 0.8;
  defaults.min_p = 0.1;
  defaults.repetition_penalty = 1.05;
  return defaults;
}

TEST(SamplingRules, UnsetValuesAreTheCheckpoints) {
  const ResolvedSampling resolved = resolve({}, sampling_checkpoint()).value();
  EXPECT_EQ(resolved.mode, Mode::kSample);
  EXPECT_EQ(resolved.temperature, 0.7);
  EXPECT_EQ(resolved.top_k, 20);
  EXPECT_EQ(resolved.top_p, 0.8);
  EXPECT_EQ(resolved.min_p, 0.1);
  EXPECT_EQ(resolved.repetition_penalty, 1.05);
}

TEST(SamplingRules, TheRequestWins) {
  SamplingParams params;
  params.temperature = 1.5;
  params.top_k = 0;
  params.top_p = 1.0;
  params.min_p = 0.0;
  params.repetition_penalty = 1.0;
  params.seed = 0;
  params.logprobs = 3;
  params.presence_penalty = 0.5;
  params.frequency_penalty = -0.5;
  const ResolvedSampling resolved = resolve(params, sampling_checkpoint()).value();
  EXPECT_EQ(resolved.temperature, 1.5);
  EXPECT_EQ(resolved.top_k, 0);
  EXPECT_EQ(resolved.top_p, 1.0);
  EXPECT_EQ(resolved.min_p, 0.0);
  EXPECT_EQ(resolved.repetition_penalty, 1.0);
  EXPECT_EQ(resolved.seed, 0U);
  EXPECT_EQ(resolved.logprobs, 3);
  EXPECT_EQ(resolved.presence_penalty, 0.5);
  EXPECT_EQ(resolved.frequency_penalty, -0.5);
}

TEST(SamplingRules, TemperatureDecidesTheMode) {
  SamplingDefaults greedy;
  SamplingParams params;
  EXPECT_EQ(resolve(params, greedy).value().mode, Mode::kGreedy);
  params.temperature = 0.0;
  EXPECT_EQ(resolve(params, greedy).value().mode, Mode::kArgmax);
  EXPECT_EQ(resolve(params, sampling_checkpoint()).value().mode, Mode::kArgmax);
  params.temperature = 0.3;
  EXPECT_EQ(resolve(params, greedy).value().mode, Mode::kSample);
  EXPECT_EQ(resolve(params, greedy).value().top_k, 50);  // transformers' own default
}

TEST(SamplingRules, WithoutASeedEachRequestGetsItsOwn) {
  const std::uint64_t first = resolve({}, {}).value().seed;
  bool differs = false;
  for (int i = 0; i < 8; ++i) differs = differs || resolve({}, {}).value().seed != first;
  EXPECT_TRUE(differs);
}

TEST(SamplingRules, RefusesWhatIsOutOfRange) {
  SamplingParams params;
  params.top_p = 2.0;
  const auto resolved = resolve(params, {});
  ASSERT_FALSE(resolved);
  EXPECT_EQ(resolved.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(resolved.error().field, "top_p");
}

}  // namespace
}  // namespace fovea
