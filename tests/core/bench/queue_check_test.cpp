#include "core/bench/queue/queue_check.h"

#include "core/bench/queue/measured_speed.h"
#include "core/bench/queue/queue_labels.h"
#include "core/bench/report/conclusions.h"
#include "tests/core/bench/answering_engine.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea::bench {
namespace {

using ::testing::HasSubstr;

constexpr double kPrompt = 0.2;  // seconds, one prompt after the other
constexpr double kWriting = 0.1;
constexpr int kTokens = 11;
constexpr const char* kLoad = "70 % of what it can";

/// A machine that reads prompts in order and writes each answer as if it were alone: by hand, not by the
/// simulation that is held against it.
class Machine {
 public:
  RequestRecord ask(const std::string& group, double sent) {
    free_ = std::max(free_, sent) + kPrompt;
    RequestRecord record;
    record.group = group;
    record.sent_seconds = sent;
    RequestMetrics& metrics = record.metrics;
    metrics.prompt_tokens = 10;
    metrics.completion_tokens = kTokens;
    for (int i = 0; i < kTokens; ++i)
      metrics.token_times.push_back(free_ - sent + kWriting * i / (kTokens - 1));
    metrics.total_seconds = record.e2el();
    record.ended_seconds = sent + record.e2el();
    return record;
  }

 private:
  double free_ = 0.0;
};

/// Bursts of 1, 2 and 4, and 300 requests at random at 70 %; `slower`: so many times as long under load.
RunRecord measured(double slower = 1.0, double limit_under_load = 30.0) {
  RunRecord record;
  record.name = kQueueRun;
  record.axis = "at once";
  record.parts = {"bursts, round 1", std::string(kLoad) + ", round 1"};
  Machine machine;
  double now = 0.0;
  for (int repeat = 0; repeat < 3; ++repeat) {
    for (const int size : {1, 2, 4}) {
      record.group(std::to_string(size) + " at once", size);
      double end = now;
      for (int i = 0; i < size; ++i) {
        record.requests.push_back(machine.ask(std::to_string(size) + " at once", now));
        end = std::max(end, record.requests.back().ended_seconds);
      }
      now = end + 0.01;
    }
  }
  record.group(kLoad, 70.0);
  std::mt19937_64 random(1);
  std::exponential_distribution<double> gap(0.7 / kPrompt);
  for (int i = 0; i < 300; ++i) {
    now += gap(random);
    RequestRecord request = machine.ask(kLoad, now);
    for (double& time : request.metrics.token_times) time *= slower;
    record.requests.push_back(std::move(request));
  }
  const auto limits = [&](const std::string& group, double value) {
    record.group(group).sampled.push_back({kReadLimit, "GB/s", "made up", Better::kNeither, {30.0, value}});
  };
  limits("1 at once", 30.0);
  limits(kLoad, limit_under_load);
  settle(record);
  return record;
}

std::string verdict(RunRecord record) {
  conclude(record);
  if (record.tables.empty() || record.tables[0].rows.size() != 1) return "no table";
  return record.tables[0].rows[0].back() + "; " + record.findings.at(0);
}

/// A machine that works in steps as the engine does: each takes a slice of the oldest prompt, of which it has
/// eight, and a token of every answer that is written. Fills in the times of `asked`, which is in order.
void compute_in_steps(std::vector<RequestRecord>& asked) {
  constexpr int kSlices = 8;
  constexpr double kSlice = 0.02;   // seconds
  constexpr double kToken = 0.003;  // each more in a step
  double now = 0.0;
  std::size_t next = 0;  // whose prompt is read
  int slices = 0;
  std::vector<RequestRecord*> written;
  while (next < asked.size() || !written.empty()) {
    if (written.empty() && asked[next].sent_seconds > now) now = asked[next].sent_seconds;
    const bool reads = next < asked.size() && asked[next].sent_seconds <= now;
    now += (reads ? kSlice : 0.0) + kToken * static_cast<double>(written.size());
    for (RequestRecord* one : written) one->metrics.token_times.push_back(now - one->sent_seconds);
    std::erase_if(written, [](const RequestRecord* one) {
      return std::ssize(one->metrics.token_times) == one->metrics.completion_tokens;
    });
    if (!reads || ++slices < kSlices) continue;
    slices = 0;
    asked[next].metrics.token_times.push_back(now - asked[next].sent_seconds);
    written.push_back(&asked[next++]);
  }
  for (RequestRecord& one : asked) {
    one.metrics.total_seconds = one.metrics.token_times.back();
    one.ended_seconds = one.sent_seconds + one.metrics.total_seconds;
  }
}

/// Bursts of 1, 2, 4 and 8, and 300 requests at random, of such a machine.
RunRecord measured_in_steps() {
  constexpr double kApart = 30.0;  // seconds between bursts: each finds the machine idle
  constexpr double kEach = 0.37;   // what a request takes of a machine without rest
  constexpr int kLongTokens = 71;  // written still when the last prompt of a burst is read
  RunRecord record;
  record.name = kQueueRun;
  record.axis = "at once";
  record.parts = {"bursts, round 1", std::string(kLoad) + ", round 1"};
  const auto ask = [&](const std::string& group, double sent) {
    RequestRecord& request = record.requests.emplace_back();
    request.group = group;
    request.sent_seconds = sent;
    request.metrics.prompt_tokens = 10;
    request.metrics.completion_tokens = kLongTokens;
  };
  double now = 0.0;
  for (const int size : {1, 2, 4, 8}) {
    const std::string group = std::to_string(size) + " at once";
    record.group(group, size);
    for (int i = 0; i < size; ++i) ask(group, now);
    now += kApart;
  }
  record.group(kLoad, 70.0);
  std::mt19937_64 random(1);
  std::exponential_distribution<double> gap(0.7 / kEach);
  for (int i = 0; i < 300; ++i) ask(kLoad, now += gap(random));
  compute_in_steps(record.requests);
  for (const std::string& group : {std::string("1 at once"), std::string(kLoad)})
    record.group(group).sampled.push_back({kReadLimit, "GB/s", "made up", Better::kNeither, {30.0, 30.0}});
  settle(record);
  return record;
}

TEST(MeasuredSpeed, TellsPromptsAndAnswersOfBurstsApart) {
  const Result<cost::Measurement> speed = measured_speed(measured());
  ASSERT_TRUE(speed) << speed.error().text();
  ASSERT_EQ(speed->curve.size(), 3U) << "the load is no burst";
  EXPECT_EQ(speed->curve[2].at_once, 4);
  for (const cost::ServicePoint& point : speed->curve) {
    EXPECT_NEAR(point.prompt, kPrompt, 1e-9);
    EXPECT_NEAR(point.writing, kWriting, 1e-9);
  }
  EXPECT_NEAR(speed->curve[2].meanwhile, 1.0, 0.01) << "writing waited for no prompt";
  EXPECT_NEAR(cost::machine_capacity(speed->curve), 1.0 / kPrompt, 0.01);
}

TEST(QueueCheck, HoldsWhereTheMachineIsAsTheBurstsSay) {
  EXPECT_THAT(verdict(measured()), HasSubstr("holds; The simulation is within 15 % of 1 of 1 loads"));
  RunRecord record = measured();
  conclude(record);
  const std::vector<std::string>& row = record.tables[0].rows[0];
  EXPECT_THAT(row[6], ::testing::AnyOf("+0.0 %", "-0.0 %"))
      << "the mean, to the digit: nothing is random here";
  EXPECT_THAT(row[11], ::testing::AnyOf("+0.0 %", "-0.0 %"));
}

TEST(MeasuredSpeed, APromptTakesLongerBesideAnswers) {
  const Result<cost::Measurement> speed = measured_speed(measured_in_steps());
  ASSERT_TRUE(speed) << speed.error().text();
  ASSERT_EQ(speed->curve.size(), 4U);
  EXPECT_NEAR(speed->curve[0].prompt, 0.160, 0.001) << "eight slices";
  EXPECT_NEAR(speed->curve[3].prompt, 0.328, 0.003) << "and in each step a token of seven answers";
  EXPECT_NEAR(speed->curve[3].meanwhile, 8 / 70.0 * (7 * 0.210) / 0.328, 0.05) << "eight tokens of seventy";
}

TEST(QueueCheck, HoldsWherePromptsAndAnswersShareSteps) {
  RunRecord record = measured_in_steps();
  conclude(record);
  ASSERT_EQ(record.tables.at(0).rows.size(), 1U);
  const std::vector<std::string>& row = record.tables[0].rows[0];
  EXPECT_LT(std::abs(std::stod(row[6])), 5.0) << "the mean: " << row[4] << " measured, " << row[5];
  EXPECT_LT(std::abs(std::stod(row[11])), 5.0) << "the p99: " << row[9] << " measured, " << row[10];
}

TEST(QueueCheck, SaysWhereItDoesNotHold) {
  EXPECT_THAT(verdict(measured(1.3)), HasSubstr("does not hold; The simulation is within 15 % of 0 of 1"));
}

TEST(QueueCheck, DoesNotCountAMachineThatMoved) {
  EXPECT_THAT(verdict(measured(1.0, 34.0)), HasSubstr("the machine moved; Memory's speed moved"));
  RunRecord cut = measured();
  cut.parts.pop_back();
  EXPECT_EQ(verdict(std::move(cut)), "no table") << "a load that was cut lacks its slowest";
}

TEST(QueueCheck, AsksBurstsThenLoadsAtSharesOfWhatTheySay) {
  AnsweringEngine engine([](const GenerationRequest&) {
    return AnsweringEngine::Reply{"a", took(0.001), {}};
  });
  RequestPlan asked;
  asked.width = asked.height = 16;
  RequestSource source = *RequestSource::create(engine, asked);
  RunRecord begun;
  begun.name = kQueueRun;
  begun.axis = "at once";
  RunRecorder recorder(std::move(begun));
  QueueCheckPlan plan;
  plan.bursts = {1, 2};
  plan.burst_repeats = 3;
  plan.rest = 0.01;
  plan.loads = {0.5};
  plan.requests = 20;
  plan.rounds = 2;
  int looks = 0;
  run_queue_check(engine, plan, source, [&] { return ++looks, 3e10; }, recorder, {}, {});
  recorder.finish(false);
  const RunRecord& record = recorder.record();
  const auto count = [&](const std::string& group, int run) {
    return std::count_if(record.requests.begin(), record.requests.end(), [&](const RequestRecord& request) {
      return request.group == group && request.run == run;
    });
  };
  EXPECT_EQ(looks, 8);
  EXPECT_EQ(record.parts.size(), 4U);
  for (const int run : {1, 2}) {
    EXPECT_EQ(count("1 at once", run), 3);
    EXPECT_EQ(count("2 at once", run), 6);
    EXPECT_EQ(count("50 % of what it can", run), 20);
  }
  double ended = 0.0;
  for (const RequestRecord& request : record.requests) {
    if (request.group != "1 at once") continue;
    EXPECT_GE(request.sent_seconds, ended + plan.rest) << "the machine had no rest";
    ended = request.ended_seconds;
  }
  ASSERT_EQ(record.tables.size(), 2U);
  EXPECT_EQ(record.tables[0].rows.size(), 2U);
}

}  // namespace
}  // namespace fovea::bench
