#include "core/bench/ablation/ablation_run.h"
#include "core/bench/report/run_bundle.h"
#include "core/bench/run_recorder.h"
#include "tests/core/bench/answering_engine.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fovea::bench {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class ResumeTest : public ::testing::Test {
 protected:
  ResumeTest() {
    std::string name = (fs::temp_directory_path() / "fovea-resume-XXXXXX").string();
    folder_ = fs::path(mkdtemp(name.data())) / "run";
  }
  void TearDown() override { fs::remove_all(folder_.parent_path()); }

  static RunRecord begun(const std::string& model = "small") {
    RunRecord record;
    record.name = "load";
    record.arguments = {"bench", "load"};
    record.model.name = model;
    return record;
  }
  static RequestRecord request(const std::string& group, double ended) {
    RequestRecord record;
    record.group = group;
    record.metrics = took(0.1);
    record.sent_seconds = ended - 0.1;
    record.ended_seconds = ended;
    return record;
  }
  static RunFigure cpu(double value) { return {"cpu_percent", "%", "made up", Better::kNeither, {value}}; }

  /// One part whole, one cut in its middle, and the process gone.
  void cut() const {
    RunRecorder recorder(begun());
    ASSERT_TRUE(recorder.keep_in(folder_));
    ASSERT_TRUE(recorder.begin_part("a, round 1"));
    recorder.add(request("a", 7.0));
    recorder.add_sampled("a", {cpu(10.0)});
    recorder.end_part("a, round 1");
    ASSERT_TRUE(recorder.begin_part("b, round 1"));
    recorder.add(request("b", 8.0));
    recorder.add_sampled("b", {cpu(20.0)});
    recorder.add_sampled("a", {cpu(30.0)});
    recorder.save();
    std::ofstream(folder_ / "requests.jsonl", std::ios::app) << "{\"number\": 3, \"gro";
  }

  fs::path folder_;
};

TEST_F(ResumeTest, WholePartsAreTakenOverAndTheRestIsForgotten) {
  cut();
  RunRecorder recorder(begun());
  const Result<void> taken = recorder.go_on_in(folder_);
  ASSERT_TRUE(taken) << taken.error().text();
  EXPECT_FALSE(recorder.begin_part("a, round 1"));
  EXPECT_TRUE(recorder.begin_part("b, round 1"));
  EXPECT_GE(recorder.now(), 7.0) << "times go on";
  recorder.add(request("b", 9.0));
  recorder.end_part("b, round 1");
  recorder.finish(false);
  EXPECT_FALSE(recorder.fault());
  const Result<RunRecord> record = read_bundle(folder_);
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_TRUE(record->complete);
  ASSERT_THAT(record->requests, SizeIs(2));
  EXPECT_EQ(record->requests[1].ended_seconds, 9.0);
  EXPECT_EQ(record->requests[1].number, 2);
  ASSERT_THAT(record->groups[0].sampled, SizeIs(1));
  EXPECT_THAT(record->groups[0].sampled[0].values, ElementsAre(10.0));
  EXPECT_THAT(record->groups[1].sampled, SizeIs(0));
  EXPECT_THAT(record->settings.back().second, HasSubstr("after 1 requests"));
  EXPECT_TRUE(fs::exists(folder_ / "report.html"));
}

TEST_F(ResumeTest, OnlyTheSameRunGoesOn) {
  cut();
  RunRecord other = begun();
  other.name = "states";
  EXPECT_FALSE(RunRecorder(other).go_on_in(folder_));
  EXPECT_FALSE(RunRecorder(begun("large")).go_on_in(folder_));
  EXPECT_FALSE(RunRecorder(begun()).go_on_in(folder_.parent_path()));
  RunRecorder recorder(begun());
  ASSERT_TRUE(recorder.go_on_in(folder_));
  recorder.finish(false);
  const Result<void> again = RunRecorder(begun()).go_on_in(folder_);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, HasSubstr("complete"));
}

TEST_F(ResumeTest, ReportsAreMadeFromWhatACutRunLeft) {
  cut();
  EXPECT_FALSE(fs::exists(folder_ / "report.md"));
  const Result<RunRecord> record = rebuild_reports(folder_);
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_THAT(record->requests, SizeIs(2)) << "the part that was not whole is shown";
  EXPECT_FALSE(record->complete);
  EXPECT_TRUE(fs::exists(folder_ / "report.md"));
  RunRecorder recorder(begun());
  ASSERT_TRUE(recorder.go_on_in(folder_)) << "and it can still go on";
  EXPECT_THAT(recorder.record().requests, SizeIs(1));
}

TEST_F(ResumeTest, AKilledProcessLeavesWhatItMeasured) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    RunRecorder recorder(begun());
    if (!recorder.keep_in(folder_)) _exit(1);
    for (int i = 1; i < 1'000'000; ++i) recorder.add(request("a", i));
    _exit(0);
  }
  const fs::path requests = folder_ / "requests.jsonl";
  std::error_code none_yet;
  while (waitpid(child, nullptr, WNOHANG) == 0 && !(fs::file_size(requests, none_yet) > 20'000 && !none_yet))
    usleep(1000);
  ASSERT_EQ(kill(child, SIGKILL), 0) << "it ended by itself";
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  const Result<RunRecord> record = rebuild_reports(folder_);
  ASSERT_TRUE(record) << record.error().text();
  EXPECT_FALSE(record->complete);
  ASSERT_GT(record->requests.size(), 10U);
  for (std::size_t i = 0; i < record->requests.size(); ++i)
    ASSERT_EQ(record->requests[i].ended_seconds, static_cast<double>(i + 1)) << "none is missing or torn";
  RunRecorder recorder(begun());
  EXPECT_TRUE(recorder.go_on_in(folder_)) << "the dead process holds it no more";
}

TEST_F(ResumeTest, ARunThatIsStillMeasuredIsLeftToItself) {
  RunRecorder live(begun());
  ASSERT_TRUE(live.keep_in(folder_));
  live.add(request("a", 7.0));
  const Result<void> refused = RunRecorder(begun()).go_on_in(folder_);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("still being measured"));
  ASSERT_TRUE(rebuild_reports(folder_)) << "but may be looked at";
  live.add(request("a", 8.0));
  live.finish(false);
  const Result<RunRecord> record = read_bundle(folder_);
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->complete);
  EXPECT_THAT(record->requests, SizeIs(2));
}

TEST_F(ResumeTest, AnAblationThatWasCutEndsAsOneThatWasNot) {
  int loads = 0;
  const EngineLoader load = [&](const EngineOptions& options) -> Result<std::unique_ptr<Engine>> {
    ++loads;
    const bool drafts = options.draft_tokens > 0;
    return std::unique_ptr<Engine>(std::make_unique<AnsweringEngine>([drafts](const GenerationRequest&) {
      RequestMetrics metrics = took(0.1);
      metrics.draft_accepted = drafts ? 2 : 0;
      return AnsweringEngine::Reply{"x", metrics, {}};
    }));
  };
  AblationPlan plan;
  plan.repeats = 2;
  for (const AblationSwitch& one : ablation_switches()) {
    if (one.name == std::string("speculation")) plan.switches.push_back(one);
  }
  GenerationRequest request;
  request.messages = {Message::text(Role::kUser, "What?")};
  plan.waves = {{request}};
  const auto run = [&](bool again, int most) {
    loads = 0;
    RunRecorder recorder(begun("scripted"));
    EXPECT_TRUE(again ? recorder.go_on_in(folder_) : recorder.keep_in(folder_));
    EXPECT_TRUE(run_ablation(load, plan, recorder, {}, [&] { return loads > most; }));
    recorder.finish(loads > most);
    return recorder.record();
  };
  run(false, 2);  // cut in the third of four
  const RunRecord record = run(true, 100);
  EXPECT_EQ(loads, 2);
  EXPECT_THAT(record.requests, SizeIs(4));
  ASSERT_THAT(record.groups[1].notes, SizeIs(1));
  EXPECT_THAT(record.groups[1].notes[0], HasSubstr("went from 0 to 4."));
}

}  // namespace
}  // namespace fovea::bench
