#include "tests/core/bench/report/made_up_run.h"

#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

TEST(RunRecord, RecoversKnownStagesWithinTwoPerCent) {
  RunRecord record = made_up_run(1000.0, 1, 400);
  settle(record);
  for (std::size_t group = 0; group < 2; ++group) {
    EXPECT_NEAR(figure_of(record, group, "image_decode_ms")->summary.mean, 100.0, 2.0);
    EXPECT_NEAR(figure_of(record, group, "prefill_ms")->summary.mean, 300.0, 6.0);
    EXPECT_NEAR(figure_of(record, group, "decode_ms")->summary.mean, 600.0, 12.0);
    EXPECT_NEAR(figure_of(record, group, "ttft_ms")->summary.median, 400.0, 8.0);
    EXPECT_NEAR(figure_of(record, group, "tpot_ms")->summary.median, 60.0, 1.2);
    EXPECT_NEAR(figure_of(record, group, "itl_ms")->summary.mean, 60.0, 1.2);
    EXPECT_EQ(figure_of(record, group, "itl_ms")->values.size(), 4000U);
    EXPECT_NEAR(figure_of(record, group, "e2el_ms")->summary.median, 1000.0, 20.0);
    EXPECT_NEAR(figure_of(record, group, "other_ms")->summary.mean, 0.0, 1e-6);
    EXPECT_EQ(figure_of(record, group, "vision_ms"), nullptr);
  }
}

TEST(RunRecord, RatesAreCountsOverTheWholeDuration) {
  RunRecord record = made_up_run(1000.0, 1, 60);
  settle(record);
  // 60 requests, one a second, the last one sent after 59 s and answered about a second later.
  const double seconds = record.requests[59].ended_seconds;
  EXPECT_NEAR(figure_of(record, 0, "request_throughput")->value(), 60.0 / seconds, 1e-9);
  EXPECT_NEAR(figure_of(record, 0, "output_throughput")->value(), 660.0 / seconds, 1e-9);
  EXPECT_NEAR(figure_of(record, 0, "total_token_throughput")->value(), 6660.0 / seconds, 1e-9);
}

TEST(RunRecord, RepetitionsGiveARateEach) {
  RunRecord record = made_up_run(1000.0, 1, 60);
  record.requests.resize(60);
  for (std::size_t i = 30; i < 60; ++i) record.requests[i].run = 2;
  settle(record);
  const RunFigure* rate = figure_of(record, 0, "request_throughput");
  ASSERT_EQ(rate->values.size(), 2U);
  EXPECT_DOUBLE_EQ(rate->values[0], 30.0);
  EXPECT_NEAR(rate->divisors[0], record.requests[29].ended_seconds, 1e-9);
  EXPECT_NEAR(rate->divisors[1], record.requests[59].ended_seconds - 30.0, 1e-9)
      << "the pause between counts";
}

TEST(RunRecord, GoodputCountsWhatKeepsToEveryLimit) {
  RunRecord record = made_up_run(1000.0, 1, 60);
  record.limits = {};
  record.limits.ttft_ms = 400.0;
  settle(record);
  double good = 0.0;
  for (std::size_t i = 0; i < 60; ++i) good += record.requests[i].metrics.ttft() <= 0.4 ? 1.0 : 0.0;
  ASSERT_GT(good, 10.0);
  ASSERT_LT(good, 50.0);
  EXPECT_NEAR(figure_of(record, 0, "request_goodput")->value(), good / record.requests[59].ended_seconds,
              1e-9);
  record.limits.tpot_ms = 1.0;
  settle(record);
  EXPECT_DOUBLE_EQ(figure_of(record, 0, "request_goodput")->value(), 0.0);
}

TEST(RunRecord, FailedRequestsCountForNothingButTime) {
  RunRecord record = made_up_run(1000.0, 1, 60);
  record.requests.resize(60);
  for (std::size_t i = 0; i < 30; ++i) record.requests[i].error_code = "out_of_memory";
  settle(record);
  EXPECT_EQ(record.groups[0].failed, 30);
  EXPECT_EQ(figure_of(record, 0, "ttft_ms")->values.size(), 30U);
  EXPECT_NEAR(figure_of(record, 0, "request_throughput")->value(), 30.0 / record.requests[59].ended_seconds,
              1e-9);
}

TEST(RunRecord, CommandCanBePastedIntoAShell) {
  EXPECT_EQ(made_up_run(1.0, 1, 1).command(), "fovea bench load --rate 1,2 --question 'What'\\''s <here>?'");
}

}  // namespace
}  // namespace fovea::bench
