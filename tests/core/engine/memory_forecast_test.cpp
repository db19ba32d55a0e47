// What is forecast for a question against what the process then held, on the model in the box.
#include "collected.h"
#include "measured_peak.h"
#include "picture_questions.h"

#include <memory>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::Collected;

class MemoryForecastTest : public ::testing::Test {
 protected:
  void SetUp() override {
    EngineOptions options;
    options.model_folder = "resources/models/fovea-mini";
    options.scheduling = scheduling_preset(SchedulingMode::kHighThroughput);
    auto loaded = load_local_engine(options, [](const LoadProgress&) { return true; });
    ASSERT_TRUE(loaded) << loaded.error().text();
    engine_ = std::move(loaded).value();
    ask(question("Warm up.", 0));
  }

  static GenerationRequest question(const std::string& text, std::int64_t pixels) {
    GenerationRequest request = test::asking_about(
        text,
        pixels > 0 ? std::vector<std::string>{"resources/samples/form.png"} : std::vector<std::string>{}, 4);
    if (pixels > 0) {
      request.image_budget.min_pixels = pixels;
      request.image_budget.max_pixels = pixels + pixels / 8;
    }
    return request;
  }
  RequestMetrics ask(const GenerationRequest& request) const {
    Collected collected;
    EXPECT_TRUE(engine_->submit(request, collected.sink()));
    collected.wait();
    EXPECT_TRUE(collected.finished()) << collected.failed()->error.text();
    return collected.finished() ? collected.finished()->metrics : RequestMetrics();
  }

  std::unique_ptr<Engine> engine_;
};

TEST_F(MemoryForecastTest, APictureIsForecastWithinAnEighthOfThePeak) {
  // What libraries take once, with the first picture, is no question's own.
  ask(question("What is that?", 384 * 384));
  for (const std::int64_t pixels : {512 * 512, 1024 * 1024}) {
    const GenerationRequest request = question("What is this?", pixels);
    const Result<Preview> preview = engine_->preview(request);
    ASSERT_TRUE(preview) << preview.error().text();
    const MemoryForecast& forecast = *preview->memory;
    if (!test::forget_peak()) GTEST_SKIP() << "this system does not count a peak anew";
    ask(request);
    const auto measured = static_cast<double>(process_memory().peak);
    EXPECT_NEAR(static_cast<double>(forecast.peak()) / measured, 1.0, 0.125) << pixels << " pixels";
    EXPECT_GT(forecast.pictures, 0U);
  }
}

TEST_F(MemoryForecastTest, ALongTextIsForecastWithinATenthOfThePeak) {
  std::string text;
  for (int i = 0; i < 250; ++i) text += "word " + std::to_string(i % 7) + " ";
  const GenerationRequest request = question(text, 0);
  const Result<Preview> preview = engine_->preview(request);
  ASSERT_TRUE(preview) << preview.error().text();
  EXPECT_GT(preview->memory->keys_values, 0U);
  EXPECT_EQ(preview->memory->pictures, 0U);
  if (!test::forget_peak()) GTEST_SKIP() << "this system does not count a peak anew";
  ask(request);
  EXPECT_NEAR(static_cast<double>(preview->memory->peak()) / static_cast<double>(process_memory().peak), 1.0,
              0.1);
}

}  // namespace
}  // namespace fovea
