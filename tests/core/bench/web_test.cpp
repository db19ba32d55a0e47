#include "core/bench/report/record_json.h"
#include "core/bench/report/text_reports.h"
#include "core/bench/web/logged_engine.h"
#include "core/bench/web/web_comparison.h"
#include "core/bench/web/web_labels.h"
#include "core/bench/web/web_run.h"
#include "core/bench/web/web_stages.h"
#include "tests/core/bench/answering_engine.h"

#include <atomic>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// 30 ms until the first token, 50 in all.
ServedTimes served() {
  ServedTimes served;
  served.submitted = 0.010;
  served.request_parse = 0.003;
  served.metrics.stages[Stage::kImageDecode] = 0.010;
  served.metrics.stages[Stage::kPrefill] = 0.020;
  served.metrics.stages[Stage::kDecode] = 0.020;
  served.metrics.token_times = {0.030, 0.040, 0.050};
  served.metrics.completion_tokens = 3;
  served.metrics.total_seconds = 0.050;
  return served;
}

TEST(StitchedTest, ThePartsOfAPageAddUpToTheWhole) {
  AskerTimes page;
  page.encoded = 0.002;
  page.read = {0.041, 0.052, 0.061};
  page.shown = {0.050, 0.066, 0.066};
  page.read_end = 0.062;
  page.shown_end = 0.066;
  const PathAnswer answer = stitched(page, served());
  const StageTimes& stages = answer.metrics.stages;
  EXPECT_NEAR(stages[Stage::kClientEncode], 0.002, 1e-12);
  EXPECT_NEAR(stages[Stage::kUpload], 0.005, 1e-12);
  EXPECT_NEAR(stages[Stage::kRequestParse], 0.003, 1e-12);
  EXPECT_NEAR(stages[Stage::kAnswerParse], 0.002, 1e-12);
  EXPECT_NEAR(stages[Stage::kPaint], 0.004, 1e-12);
  EXPECT_NEAR(stages.total(), answer.metrics.total_seconds, 1e-12);
  EXPECT_NEAR(answer.metrics.ttft(), 0.050, 1e-12) << "painted, not read";
  EXPECT_NEAR(answer.first_answer_parse, 0.001, 1e-12);
  EXPECT_NEAR(answer.first_paint, 0.009, 1e-12);
}

TEST(StitchedTest, WhatReadsOnlyHasNoPaintAndNothingIsNegative) {
  AskerTimes caller;
  caller.read = {0.041, 0.059};
  caller.read_end = 0.059;  // before the engine's end, as its clock has it
  const PathAnswer answer = stitched(caller, served());
  EXPECT_EQ(answer.metrics.stages[Stage::kPaint], 0.0);
  EXPECT_EQ(answer.metrics.stages[Stage::kAnswerParse], 0.0);
  EXPECT_THAT(answer.metrics.token_times, ElementsAre(0.041, 0.059));
  EXPECT_NEAR(answer.metrics.total_seconds - answer.metrics.stages.total(), -0.001, 1e-12);
}

TEST(InterleavedTest, EachRoundAsksAllAndBeginsWithAnother) {
  std::map<std::pair<int, std::size_t>, std::set<std::size_t>> paths;
  std::vector<std::size_t> firsts;
  const std::vector<WebTurn> turns = interleaved(3, 2, 4);
  ASSERT_EQ(turns.size(), 24U);
  for (std::size_t i = 0; i < turns.size(); ++i) {
    paths[{turns[i].round, turns[i].task}].insert(turns[i].path);
    if (i % 4 == 0) firsts.push_back(turns[i].path);
  }
  EXPECT_EQ(paths.size(), 6U);
  for (const auto& [place, own] : paths) EXPECT_EQ(own.size(), 4U);
  EXPECT_THAT(firsts, ElementsAre(0, 1, 1, 2, 2, 3));
}

/// A path whose answers take what they are said to take.
class FakePath : public AskPath {
 public:
  FakePath(std::string name, double ttft, double total)
      : name_(std::move(name)), ttft_(ttft), total_(total) {}
  std::string name() const override { return name_; }
  PathAnswer ask(const WebTask& task) override {
    asked.push_back(task.name);
    PathAnswer answer;
    answer.metrics.completion_tokens = 2;
    answer.metrics.token_times = {ttft_, total_};
    answer.metrics.total_seconds = total_;
    answer.metrics.stages[Stage::kPrefill] = ttft_ - paint;
    answer.metrics.stages[Stage::kDecode] = total_ - ttft_;
    answer.metrics.stages[Stage::kPaint] = paint;
    answer.first_paint = paint;
    answer.request_bytes = bytes;
    if (fails) answer.error = Error{ErrorCode::kModelError, "Nothing came.", {}, {}};
    return answer;
  }
  double paint = 0.0;
  double bytes = 0.0;
  bool fails = false;
  std::vector<std::string> asked;

 private:
  std::string name_;
  double ttft_;
  double total_;
};

class FakeMeter : public ResourceMeter {
 public:
  void begin() override { ++begun; }
  std::vector<RunFigure> figures(std::string_view) override {
    return {{"cpu_percent", "%", "made up", Better::kNeither, {50.0}}};
  }
  int begun = 0;
};

class WebRunTest : public ::testing::Test {
 protected:
  WebRunTest() {
    plan_.tasks = {{"OCR", "What?", {}, {}}, {"chart", "Why?", {}, {}}};
    plan_.runs = 4;
    recorder_.record().name = kWebRun;
    page_.paint = 0.05;
  }
  RunRecord& measured() {
    run_web_paths(plan_, {&rest_, &page_}, meter_, recorder_, {}, {});
    recorder_.finish(false);
    return recorder_.record();
  }

  WebPlan plan_;
  FakePath rest_{kRestBase64, 0.10, 0.20};
  FakePath page_{kPage, 0.15, 0.25};
  FakeMeter meter_;
  RunRecorder recorder_{RunRecord{}};
};

TEST_F(WebRunTest, WarmUpIsAskedAndNotRecorded) {
  const RunRecord& record = measured();
  EXPECT_EQ(rest_.asked.size(), 10U);
  ASSERT_EQ(record.requests.size(), 16U);
  EXPECT_EQ(record.groups.size(), 4U);
  for (const GroupRecord& group : record.groups) EXPECT_EQ(group.requests, 4) << group.label;
  EXPECT_EQ(record.requests.front().group, "OCR, page") << "the second round begins with the second path";
}

TEST_F(WebRunTest, SaysHowMuchLaterThePageIsAndWhy) {
  const RunRecord& record = measured();
  ASSERT_FALSE(record.tables.empty());
  const ReportTable& later = record.tables.front();
  ASSERT_EQ(later.rows.size(), 3U);
  EXPECT_THAT(later.rows[0], ElementsAre("OCR", "+50 % (+50 % to +50 %)", "+50 % (+50 % to +50 %)", "+60 %",
                                         "+25 % (+25 % to +25 %)", "+25 % (+25 % to +25 %)", "+30 %"));
  EXPECT_EQ(later.rows[2][3], "57 to 61 %");
  EXPECT_THAT(record.findings, Contains(HasSubstr("paint +50.0 ms")));
  EXPECT_THAT(record.findings, Contains(HasSubstr("add up to the whole on every path")));
  const Result<RunRecord> read = record_of_summary(summary_json(record));
  ASSERT_TRUE(read);
  ASSERT_EQ(read->tables.size(), record.tables.size());
  EXPECT_EQ(read->tables[0].rows, later.rows);
  EXPECT_THAT(markdown_report(record),
              HasSubstr("| OCR | +50 % (+50 % to +50 %) | +50 % (+50 % to +50 %) | +60 % |"));
}

TEST_F(WebRunTest, OneSlowRunMovesTheMeansAndNotTheMedians) {
  measured();
  RunRecord record = recorder_.record();
  for (RequestRecord& request : record.requests) {
    if (request.group == web_label("OCR", kPage) && request.run == 2) request.metrics.token_times[0] = 0.95;
  }
  const ReportTable later = web_tables(record).front();
  EXPECT_THAT(later.rows[0][1], HasSubstr("+250 % ("));
  EXPECT_THAT(later.rows[0][2], HasSubstr("+50 % ("));
}

TEST_F(WebRunTest, SaysSoWhereStagesDoNotAddUp) {
  measured();
  RunRecord record = recorder_.record();
  for (RequestRecord& request : record.requests) request.metrics.stages[Stage::kDecode] *= 0.9;
  EXPECT_THAT(web_findings(record), Contains(HasSubstr("do not add up")));
  EXPECT_NEAR(whole_stages(record, kRestBase64).missing(), 0.05, 1e-9);
}

TEST_F(WebRunTest, AFailureIsRecordedAndTheRestGoesOn) {
  page_.fails = true;
  const RunRecord& record = measured();
  EXPECT_EQ(record.groups[1].failed, 4);
  EXPECT_EQ(record.groups[0].failed, 0);
  EXPECT_THAT(record.findings, Not(Contains(HasSubstr("later than REST"))));
}

TEST_F(WebRunTest, NamesWhatBase64Adds) {
  FakePath binary(kRestBinary, 0.10, 0.20);
  binary.bytes = 3000.0;
  rest_.bytes = 4000.0;
  run_web_paths(plan_, {&binary, &rest_}, meter_, recorder_, {}, {});
  recorder_.record().settings.emplace_back(kPage, "left out: there is none");
  recorder_.finish(false);
  EXPECT_THAT(recorder_.record().findings, Contains(HasSubstr("+33 % larger")));
  EXPECT_THAT(recorder_.record().findings, Contains("The page was left out: there is none."));
}

TEST_F(WebRunTest, SeveralAskersAskEverythingEach) {
  const PathMaker make = [] {
    return Result<std::unique_ptr<AskPath>>(std::make_unique<FakePath>(kPage, 0.1, 0.2));
  };
  ASSERT_TRUE(run_askers(plan_, 3, kPage, make, meter_, recorder_, {}, {}));
  recorder_.finish(false);
  const GroupRecord& group = recorder_.record().groups.front();
  EXPECT_EQ(group.label, "3 at once, page");
  EXPECT_EQ(group.requests, 3 * 2 * 4) << "what each asked to make ready isn't counted";
  EXPECT_TRUE(requests_of(recorder_.record(), kPage).empty()) << "they don't count for the path itself";
  const PathMaker none = []() -> Result<std::unique_ptr<AskPath>> {
    return Error{ErrorCode::kUnreachable, "No browser.", {}, {}};
  };
  EXPECT_FALSE(run_askers(plan_, 2, kPage, none, meter_, recorder_, {}, {}));
}

TEST(LoggedEngineTest, AsksAlikeAndFindsAnAnswerByItsFigures) {
  GenerationRequest seen;
  // Two begin at the same nanosecond of theirs and go on at different speeds.
  const std::vector<RequestMetrics> figures = {took(1.0, 5), took(2.0, 10)};
  std::size_t asked = 0;
  AnsweringEngine inner([&](const GenerationRequest& request) {
    seen = request;
    RequestMetrics metrics = figures.at(asked);
    metrics.token_times.back() += static_cast<double>(asked++);
    return AnsweringEngine::Reply{"x", metrics, {}};
  });
  LoggedEngine engine(inner, 17);
  GenerationRequest request;
  request.sampling.temperature = 0.7;
  request.sampling.top_p = 0.5;
  request.max_new_tokens = 512;
  wait_for_answer(engine, request);
  wait_for_answer(engine, request);
  EXPECT_EQ(seen.max_new_tokens, 17);
  EXPECT_EQ(seen.sampling.temperature, 0.0);
  EXPECT_FALSE(seen.sampling.top_p);
  RequestMetrics second = figures[1];
  second.token_times.back() += 1.0;
  ASSERT_EQ(second.ttft(), figures[0].ttft());
  const auto entry = engine.take(second.ttft(), second.tpot());
  ASSERT_TRUE(entry);
  EXPECT_NEAR(entry->metrics.total_seconds, 2.0, 1e-9);
  EXPECT_FALSE(engine.take(second.ttft(), second.tpot())) << "it was taken";
  EXPECT_FALSE(engine.take(second.ttft(), figures[0].tpot() + 1e-6)) << "no answer had both";
}

}  // namespace
}  // namespace fovea::bench
