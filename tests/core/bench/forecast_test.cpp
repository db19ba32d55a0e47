#include "answering_engine.h"
#include "core/bench/forecast/forecast_run.h"

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

/// Answers after 2 s of which 0.5 s in the queue; forecasts what it is told, from the second question on.
class ForecastRunTest : public testing::Test {
 protected:
  ForecastReport run(const std::function<double()>& read_limit, const Stopped& stopped = {}) {
    return run_forecasts(engine_, plan_, read_limit, {}, stopped);
  }

  double forecast_ = 1.5;
  int asked_ = 0;
  std::set<std::string> questions_;
  ForecastPlan plan_;
  AnsweringEngine engine_{[this](const GenerationRequest& request) {
    questions_.insert(std::get<TextPart>(request.messages.back().content.back()).text);
    RequestMetrics metrics = took(2.0, 1);
    metrics.stages = {};
    metrics.stages[Stage::kQueue] = 0.5;
    metrics.stages[Stage::kPrefill] = 1.5;
    metrics.forecast_ttft = asked_++ == 0 ? 0.0 : forecast_;
    return AnsweringEngine::Reply{"x", metrics, {}};
  }};
};

TEST_F(ForecastRunTest, TheQueueIsNoErrorOfTheForecast) {
  plan_.questions = 10;
  const ForecastReport report = run({});
  ASSERT_EQ(report.samples.size(), 10U);
  EXPECT_EQ(questions_.size(), 10U) << "none is asked twice";
  EXPECT_EQ(report.errors(false), std::vector<double>(9, 0.0)) << "the first was not forecast";
  EXPECT_DOUBLE_EQ(report.samples[3].actual, 1.5);
}

TEST_F(ForecastRunTest, ErrorsAreSharesOfWhatCame) {
  plan_.questions = 3;
  forecast_ = 1.2;
  EXPECT_NEAR(run({}).errors(false).at(0), 0.2, 1e-12);
  forecast_ = 3.0;
  EXPECT_NEAR(run({}).errors(false).at(0), 1.0, 1e-12);
}

TEST_F(ForecastRunTest, QuestionsThatMetAnotherMachineAreToldApart) {
  plan_.questions = 4;
  std::vector<double> limits = {100.0, 100.0, 105.0, 120.0, 119.0};
  std::size_t at = 0;
  const ForecastReport report = run([&] { return limits.at(at++); });
  ASSERT_EQ(report.samples.size(), 4U);
  EXPECT_EQ(report.errors(true).size(), 1U) << "from 105 to 120";
  EXPECT_TRUE(report.samples[2].machine_moved(kMovedShare));
  EXPECT_EQ(report.errors(false).size(), 2U);
}

TEST_F(ForecastRunTest, EverySortComesBeforeOneComesTwice) {
  plan_.text_tokens = {48};
  plan_.sides = {16, 32};
  plan_.questions = 6;
  const ForecastReport report = run({});
  ASSERT_EQ(report.samples.size(), 6U);
  for (const std::size_t round : {0U, 3U}) {
    std::set<std::string> sorts;
    for (std::size_t i = round; i < round + 3; ++i) sorts.insert(report.samples[i].what);
    EXPECT_EQ(sorts.size(), 3U);
  }
}

TEST_F(ForecastRunTest, StoppedItKeepsWhatItHas) {
  plan_.questions = 10;
  const ForecastReport report = run({}, [&] { return asked_ >= 4; });
  EXPECT_TRUE(report.stopped);
  EXPECT_EQ(report.samples.size(), 4U);
}

}  // namespace
}  // namespace fovea::bench
