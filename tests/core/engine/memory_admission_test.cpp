// Requests under a limit of memory: forecast, let in, held back or refused; caches go first.
#include "batching.h"

#include <atomic>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::asking;
using test::Collected;
using test::custom;
using test::Gate;
using test::SyntheticRunner;
using ::testing::HasSubstr;

GenerationRequest about_picture(const std::string& text, int tokens) {
  return test::about(text, {test::picture(text, tokens)});
}

std::int64_t pixels_of(const std::vector<VisionInput>& vision) {
  std::int64_t pixels = 0;
  for (const VisionInput& one : vision) pixels += std::int64_t{one.resized_width} * one.resized_height;
  return pixels;
}

/// 300 MB are shared; a picture's token holds 1 MB and its look takes another.
class MemoryAdmission : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kMega = 1'000'000;

  MemoryAdmission() {
    runner_.room = {
        .limit = 500 * kMega, .base = 100 * kMega, .pool = 50 * kMega, .step_fixed = 0, .step_row = 1000};
    runner_.picture_bytes = kMega;
    runner_.look_bytes = kMega;
  }
  LocalEngine& engine() {
    if (!engine_) {
      engine_ = std::make_unique<LocalEngine>(std::move(owned_), custom(8, 64), keep_prefixes_, 0, 4096);
    }
    return *engine_;
  }
  Collected submit(const GenerationRequest& request) {
    Collected collected;
    EXPECT_TRUE(engine().submit(request, collected.sink()));
    return collected;
  }

  std::unique_ptr<SyntheticRunner> owned_ = std::make_unique<SyntheticRunner>();
  SyntheticRunner& runner_ = *owned_;
  bool keep_prefixes_ = true;  ///< set before the engine is used
  std::unique_ptr<LocalEngine> engine_;
};

TEST_F(MemoryAdmission, WhatCanNeverFitIsRefusedWithWhatWould) {
  const Collected large = submit(about_picture("large", 200));
  large.wait();
  ASSERT_TRUE(large.failed());
  const Error error = large.failed()->error;
  EXPECT_EQ(error.code, ErrorCode::kOutOfMemory);
  EXPECT_THAT(error.message, HasSubstr("needs 400 MB"));
  EXPECT_THAT(error.message, HasSubstr("300 MB are left under the limit of 500 MB"));
  EXPECT_THAT(error.remedy, HasSubstr("--memory"));
  const Collected small = submit(about_picture("small", 100));
  small.wait();
  EXPECT_EQ(small.text(), "small");
}

TEST_F(MemoryAdmission, WhatDoesNotFitNowWaits) {
  std::atomic<std::uint64_t> most{0};
  runner_.on_look = [&] { most = std::max(most.load(), engine().metrics().memory_planned_bytes); };
  std::vector<Collected> answers;
  for (const char* name : {"one", "two", "six"}) answers.push_back(submit(about_picture(name, 120)));
  for (const Collected& answer : answers) answer.wait();
  EXPECT_EQ(answers[0].text(), "one");
  EXPECT_EQ(answers[1].text(), "two");
  EXPECT_EQ(answers[2].text(), "six");
  EXPECT_GE(most, 340 * kMega) << "100 of the model, 120 held, 120 to look with";
  EXPECT_LE(most, 461 * kMega) << "and what the next one holds, which waits; not a third one's";
}

TEST_F(MemoryAdmission, CachesGoBeforeARequestWaits) {
  const GenerationRequest question = asking("hello");
  submit(question).wait();
  EXPECT_GT(engine().metrics().answer_cache_bytes, 0U);
  runner_.cached = 150 * kMega;
  const Collected answer = submit(about_picture("picture", 100));
  answer.wait();
  EXPECT_EQ(answer.text(), "picture");
  EXPECT_EQ(runner_.drops, 1);
  const Collected again = submit(question);
  again.wait();
  EXPECT_FALSE(again.finished()->metrics.answer_cached) << "answers go with the rest";
}

TEST_F(MemoryAdmission, AFaultOfMemoryEmptiesTheAnswerCacheToo) {
  const GenerationRequest question = asking("hello");
  submit(question).wait();
  submit(asking("out of memory")).wait();
  EXPECT_GE(runner_.drops, 1);
  const Collected again = submit(question);
  again.wait();
  EXPECT_FALSE(again.finished()->metrics.answer_cached);
}

TEST_F(MemoryAdmission, IsForecastBeforeTheQuestionIsSent) {
  keep_prefixes_ = false;
  GenerationRequest request = about_picture("what", 100);
  request.max_new_tokens = 26;
  const Result<Preview> preview = engine().preview(request);
  ASSERT_TRUE(preview);
  ASSERT_TRUE(preview->memory);
  EXPECT_EQ(preview->memory->limit, 450 * kMega);
  EXPECT_EQ(preview->memory->pictures, 100 * kMega);
  EXPECT_EQ(preview->memory->activations, 100 * kMega);
  EXPECT_EQ(preview->memory->keys_values, 33 * 100) << "130 tokens are 33 blocks of 100 bytes";
  EXPECT_FALSE(preview->ttft_seconds) << "nothing was measured yet";
  submit(request).wait();
  const Result<Preview> later = engine().preview(request);
  ASSERT_TRUE(later);
  EXPECT_TRUE(later->ttft_seconds);
  EXPECT_LT(later->memory->keys_values, 33 * 100) << "blocks that nobody holds are used again";
}

TEST_F(MemoryAdmission, APlanSaysWhetherItWouldBeLetIn) {
  using Verdict = AdmissionForecast::Verdict;
  const Result<QuestionPlan> small = engine().plan(about_picture("small", 100));
  ASSERT_TRUE(small && small->admission);
  EXPECT_EQ(small->admission->verdict, Verdict::kAtOnce);
  EXPECT_EQ(small->admission->fitting_pixels, 0);
  const Result<QuestionPlan> large = engine().plan(about_picture("large", 200));
  ASSERT_TRUE(large && large->admission);
  EXPECT_EQ(large->admission->verdict, Verdict::kTooLarge);
  EXPECT_EQ(large->admission->needed, 400 * kMega);
  EXPECT_EQ(large->admission->room, 300 * kMega);
  EXPECT_EQ(large->preview.vision.size(), 1U) << "what the model would see is told all the same";
  // As many pixels as it says are let in.
  ASSERT_GT(large->admission->fitting_pixels, 0);
  const auto tokens =
      static_cast<int>(large->admission->fitting_pixels * 200 / pixels_of(large->preview.vision));
  EXPECT_EQ(engine().plan(about_picture("fits", tokens))->admission->verdict, Verdict::kAtOnce);
  EXPECT_EQ(engine().plan(about_picture("no", tokens + 1))->admission->verdict, Verdict::kTooLarge);
}

TEST_F(MemoryAdmission, APlanSaysThatItWouldWaitForOthers) {
  using Verdict = AdmissionForecast::Verdict;
  std::optional<AdmissionForecast> beside;
  std::optional<AdmissionForecast> little;
  runner_.on_look = [&] {
    if (beside) return;
    beside = engine().plan(about_picture("second", 120))->admission;
    little = engine().plan(about_picture("third", 20))->admission;
  };
  submit(about_picture("first", 120)).wait();
  ASSERT_TRUE(beside && little);
  EXPECT_EQ(beside->verdict, Verdict::kWaits);
  EXPECT_EQ(beside->room, 180 * kMega) << "300 are shared, the first holds 120";
  EXPECT_GT(beside->fitting_pixels, 0);
  EXPECT_EQ(little->verdict, Verdict::kAtOnce);
  EXPECT_EQ(engine().plan(about_picture("second", 120))->admission->verdict, Verdict::kAtOnce);
}

TEST_F(MemoryAdmission, APlanSaysThatAQuestionIsTooLong) {
  runner_.picture_bytes = 1000;
  runner_.look_bytes = 1000;
  const std::int64_t most = engine().plan(asking("short"))->admission->most_tokens;
  const Result<QuestionPlan> fits = engine().plan(about_picture("x", static_cast<int>(most) - 1));
  ASSERT_TRUE(fits);
  EXPECT_EQ(fits->preview.prompt_tokens, most);
  EXPECT_EQ(fits->admission->verdict, AdmissionForecast::Verdict::kAtOnce);
  const Result<QuestionPlan> over = engine().plan(about_picture("x", static_cast<int>(most)));
  EXPECT_EQ(over->admission->verdict, AdmissionForecast::Verdict::kTooLong);
  EXPECT_EQ(over->admission->fitting_pixels, pixels_of(fits->preview.vision));
}

TEST_F(MemoryAdmission, AnAnswerTellsWhatWasForecast) {
  const Collected answer = submit(about_picture("what", 100));
  answer.wait();
  EXPECT_GT(answer.finished()->metrics.forecast_memory_bytes, 100 * kMega);
  EXPECT_EQ(answer.finished()->metrics.forecast_ttft, 0.0) << "nothing was measured yet";
  const Collected second = submit(about_picture("that", 100));
  second.wait();
  EXPECT_GT(second.finished()->metrics.forecast_ttft, 0.0);
}

TEST_F(MemoryAdmission, TheAccountIsInTheMetrics) {
  Gate gate;
  runner_.on_look = [&] { gate.hold(); };
  const Collected answer = submit(about_picture("what", 100));
  gate.wait_until_held();
  const EngineMetrics busy = engine().metrics();
  EXPECT_EQ(busy.memory_limit_bytes, 450 * kMega);
  EXPECT_EQ(busy.memory_planned_bytes, 300 * kMega + static_cast<std::uint64_t>(busy.kv_blocks_used) * 100);
  gate.open();
  answer.wait();
}

}  // namespace
}  // namespace fovea
