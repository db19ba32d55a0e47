#include "core/bench/report/run_comparison.h"

#include "tests/core/bench/report/made_up_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

RunRecord run_of(double total_ms, std::uint64_t seed, std::size_t requests = 60) {
  RunRecord record = made_up_run(total_ms, seed, requests);
  settle(record);
  return record;
}

const FigureDifference& difference_of(const RunComparison& comparison, const std::string& figure) {
  for (const FigureDifference& one : comparison.differences) {
    if (one.figure == figure) return one;
  }
  throw std::runtime_error("no " + figure);
}

TEST(RunComparison, ShowsWhatBecameSlower) {
  const RunComparison comparison = compare_runs(run_of(100.0, 1), run_of(110.0, 2));
  const FigureDifference& e2el = difference_of(comparison, "e2el_ms");
  EXPECT_EQ(e2el.verdict, Verdict::kWorse);
  EXPECT_NEAR(e2el.change, 0.10, 0.03);
  EXPECT_GT(e2el.band.low, 0.0);
  EXPECT_EQ(compare_runs(run_of(110.0, 2), run_of(100.0, 1)).differences.front().verdict, Verdict::kBetter);
}

TEST(RunComparison, SeldomSeesADifferenceThatIsNone) {
  int seen = 0;
  int all = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (const FigureDifference& one :
         compare_runs(run_of(100.0, seed, 25), run_of(100.0, seed + 100, 25)).differences) {
      seen += one.verdict != Verdict::kNoDifferenceShown ? 1 : 0;
      ++all;
    }
  }
  EXPECT_LT(seen, all * 6 / 100) << "of " << all;
}

TEST(RunComparison, FewValuesShowNothing) {
  const RunComparison comparison = compare_runs(run_of(100.0, 1, 4), run_of(200.0, 2, 4));
  for (const FigureDifference& one : comparison.differences) {
    if (one.figure == "itl_ms") continue;  // ten an answer
    EXPECT_EQ(one.verdict, Verdict::kNoDifferenceShown) << one.figure;
    EXPECT_TRUE(one.too_few);
  }
}

TEST(RunComparison, ARegressionIsShownAndLargerThanAllowed) {
  const RunComparison comparison = compare_runs(run_of(100.0, 1), run_of(110.0, 2));
  EXPECT_FALSE(regressions(comparison, 0.05).empty());
  EXPECT_TRUE(regressions(comparison, 0.20).empty());
  EXPECT_TRUE(regressions(compare_runs(run_of(110.0, 1), run_of(100.0, 2)), 0.05).empty());
}

TEST(RunComparison, HigherIsBetterForRates) {
  RunRecord slow = run_of(100.0, 1);
  for (RequestRecord& request : slow.requests) {
    request.sent_seconds *= 2.0;
    request.ended_seconds *= 2.0;
  }
  settle(slow);
  const RunComparison comparison = compare_runs(run_of(100.0, 1), slow);
  const FigureDifference& rate = difference_of(comparison, "request_throughput");
  EXPECT_EQ(rate.verdict, Verdict::kWorse);
  EXPECT_NEAR(rate.worsening(), 0.5, 0.02);
}

TEST(RunComparison, NamesWhatElseDiffers) {
  RunRecord other = run_of(100.0, 2);
  other.environment.cpu = "Another CPU";
  other.environment.gpus = {{"Card 9", 0, 0.0, 0.0}, {"Card 7", 0, 0.0, 0.0}};
  other.environment.gpu_driver = "580.65.06";
  other.model.device = "cuda:0";
  other.settings = {{"rate", "4"}};
  other.groups[1].label = "9 requests/s";
  RunRecord first = run_of(100.0, 1);
  first.model.device = "cpu";
  const RunComparison comparison = compare_runs(first, other);
  EXPECT_THAT(comparison.circumstances,
              ::testing::UnorderedElementsAre(
                  "Processor: Some CPU before, Another CPU after.", "Device: cpu before, cuda:0 after.",
                  "GPUs: none noted before, Card 9, Card 7 after.",
                  "GPU driver: none noted before, 580.65.06 after.", "rate: 1,2 before, 4 after."));
  EXPECT_THAT(comparison.unmatched, ::testing::UnorderedElementsAre("2 requests/s", "9 requests/s"));
}

}  // namespace
}  // namespace fovea::bench
