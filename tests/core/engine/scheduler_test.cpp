#include "core/engine/scheduler.h"

#include "scheduler_simulation.h"

#include <memory>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::custom;
using test::prompt;
using test::Simulation;
using State = ScheduledRequest::State;

/// 300 bytes to share; a step takes 2 a token.
MemoryRoom three_hundred() {
  return {.limit = 500, .base = 100, .pool = 50, .step_fixed = 0, .step_row = 2};
}

TEST(SchedulerMemory, WhoDoesNotFitBesideTheOthersWaits) {
  Simulation sim(100, 4, true, custom(8, 24), 1'000'000, three_hundred());
  for (const std::uint64_t held : {150, 120, 60}) {
    Simulation::Request& request = sim.submit(prompt(6, held), 3);
    request.memory.held = held;
    sim.add(request);
  }
  // The first that waits holds more than a quarter of what is shared, so no other is prepared.
  sim.prepare();
  EXPECT_EQ(sim.requests[1].state, State::kWaiting);
  sim.step();
  sim.prepare();
  EXPECT_EQ(sim.requests[1].state, State::kReady);
  EXPECT_EQ(sim.requests[2].state, State::kWaiting);
  sim.step();
  EXPECT_EQ(std::ssize(sim.scheduler.running()), 1) << "150 + 120 + a step of 16 is over 300";
  while (sim.requests[0].ended_at < 0) sim.step();
  sim.step();
  sim.prepare();
  sim.step();
  EXPECT_EQ(std::ssize(sim.scheduler.running()), 2) << "120 and 60 fit";
}

TEST(SchedulerMemory, OneThatFitsAloneComesInWhateverWaits) {
  Simulation sim(100, 4, true, custom(8, 24), 1'000'000, three_hundred());
  for (std::uint64_t kind = 0; kind < 3; ++kind) {
    Simulation::Request& request = sim.submit(prompt(6, kind), 1);
    request.memory.held = kind == 0 ? 70 : 260;
    sim.add(request);
  }
  sim.prepare();
  EXPECT_EQ(sim.requests[1].state, State::kReady);
  EXPECT_GT(sim.scheduler.claimed(), sim.room.shared()) << "more than fits is prepared";
  for (int i = 0; i < 10; ++i) {
    sim.prepare();
    sim.step();
  }
  EXPECT_EQ(sim.live(), 0);
}

TEST(SchedulerMemory, OneThatCanNeverComeInIsNamed) {
  Simulation sim(100, 4, true, custom(8, 24), 1'000'000, three_hundred());
  Simulation::Request& request = sim.submit(prompt(6), 1);
  request.memory = {.held = 200, .peak = 101};
  sim.add(request);
  sim.prepare();
  EXPECT_EQ(sim.scheduler.plan(0.0).unfit, &request);
}

TEST(SchedulerMemory, CachesGoBeforeAnybodyWaits) {
  Simulation sim(100, 4, true, custom(8, 24), 1'000'000, three_hundred());
  Simulation::Request& request = sim.submit(prompt(6), 1);
  request.memory.held = 100;
  sim.add(request);
  sim.prepare();
  sim.cached = 200;
  EXPECT_TRUE(sim.scheduler.plan(0.0, 200).wants_caches);
  EXPECT_TRUE(sim.scheduler.running().empty());
  EXPECT_FALSE(sim.scheduler.plan(0.0, 100).wants_caches);
  EXPECT_EQ(std::ssize(sim.scheduler.running()), 1);
}

TEST(SchedulerMemory, AStepReadsWhatThereIsRoomFor) {
  Simulation sim(100, 4, true, custom(8, 200), 1'000'000, three_hundred());
  Simulation::Request& request = sim.submit(prompt(190), 1);
  request.memory.held = 200;
  sim.add(request);
  sim.prepare();
  EXPECT_EQ(sim.step().parts.at(0).count, 50);
  sim.cached = 80;
  EXPECT_EQ(sim.step().parts.at(0).count, MemoryRoom::kFewestRows) << "never less";
}

TEST(Scheduler, AnswersGoFirstAndPromptsFillTheBudget) {
  Simulation sim(100, 4, false, custom(4, 16));
  sim.add(sim.submit(prompt(3, 1), 50));
  sim.prepare();
  sim.step();
  sim.add(sim.submit(prompt(40, 2), 5));
  sim.add(sim.submit(prompt(6, 3), 5));
  sim.prepare();
  const StepPlan& plan = sim.step();
  std::map<RequestId, std::int64_t> counts;
  for (const StepPlan::Part& part : plan.parts) counts[part.request->id] = part.count;
  EXPECT_EQ(counts, (std::map<RequestId, std::int64_t>{{1, 1}, {2, 9}, {3, 6}}))
      << "the short prompt is read at once, the long one gets the rest";
}

TEST(Scheduler, APromptAloneIsReadInPiecesOfAboutOneSize) {
  const auto pieces = [](std::int64_t tokens) {
    Simulation sim(400, 4, false, custom(4, 256));
    sim.add(sim.submit(prompt(tokens), 1));
    sim.prepare();
    std::vector<std::int64_t> counts;
    for (std::int64_t left = tokens; left > 0; left -= counts.back())
      counts.push_back(sim.step().parts.at(0).count);
    return counts;
  };
  using Counts = std::vector<std::int64_t>;
  EXPECT_EQ(pieces(256), Counts{256});
  EXPECT_EQ(pieces(270), (Counts{160, 110})) << "not 256 and 14";
  EXPECT_EQ(pieces(1043), (Counts{224, 224, 224, 192, 179}));
  EXPECT_EQ(pieces(513), (Counts{192, 192, 129}));
}

TEST(Scheduler, WhereNobodyWritesAStepReadsTwiceAsMuch) {
  SchedulingOptions low = custom(4, 16);
  low.mode = SchedulingMode::kLowLatency;
  Simulation sim(100, 4, false, low);
  sim.add(sim.submit(prompt(40, 1), 50));
  sim.prepare();
  EXPECT_EQ(sim.step().parts.at(0).count, 32);
  EXPECT_EQ(sim.step().parts.at(0).count, 8);
  sim.add(sim.submit(prompt(40, 2), 5));
  sim.prepare();
  const StepPlan& plan = sim.step();
  ASSERT_EQ(std::ssize(plan.parts), 2);
  EXPECT_EQ(plan.parts[0].count + plan.parts[1].count, 16)
      << "the answer of the first does not wait for more";
}

TEST(Scheduler, WorkOnPicturesTakesTurnsWithPrompts) {
  Simulation sim(100, 4, false, custom(4, 16));
  Simulation::Request& picture = sim.submit(prompt(20, 1), 5);
  picture.vision_end = 10;
  picture.pieces = 3;
  sim.add(picture);
  sim.add(sim.submit(prompt(60, 2), 5));
  sim.add(sim.submit(prompt(2, 3), 50));
  sim.prepare();
  std::vector<int> kinds;
  for (int i = 0; i < 6; ++i) {
    const StepPlan& plan = sim.step();
    const bool reads =
        std::any_of(plan.parts.begin(), plan.parts.end(), [](const auto& part) { return part.count > 1; });
    kinds.push_back((plan.vision != nullptr ? 2 : 0) + (reads ? 1 : 0));
  }
  EXPECT_EQ(kinds, (std::vector<int>{2, 1, 2, 1, 2, 1})) << "never both in one step";
}

TEST(Scheduler, TakesWhatItHasReadBefore) {
  Simulation sim(100, 4, true, custom(4, 100));
  sim.add(sim.submit(prompt(20), 1));
  sim.prepare();
  sim.step();
  Simulation::Request& again = sim.submit(prompt(20), 1);
  again.vision_end = 10;
  sim.add(again);
  sim.prepare();
  const StepPlan& plan = sim.step();
  EXPECT_EQ(again.prefix_reused, 16) << "all full blocks but the last token's";
  EXPECT_EQ(plan.vision, nullptr) << "the picture lies in what is there";
  EXPECT_EQ(sim.scheduler.prefix_tokens_reused(), 16);
  EXPECT_EQ(sim.scheduler.prefix_tokens_read(), 24);
}

TEST(Scheduler, WhoCameLastGivesWayAndIsReadAgain) {
  Simulation sim(6, 4, true, custom(4, 100));
  Simulation::Request& first = sim.submit(prompt(8, 1), 12);
  Simulation::Request& second = sim.submit(prompt(4, 2), 12);
  sim.add(first);
  sim.add(second);
  sim.prepare();
  while (sim.live() > 0) {
    sim.step();
    sim.time += 0.01;
  }
  EXPECT_EQ(first.preemptions, 0);
  EXPECT_GE(second.preemptions, 1);
  EXPECT_LT(first.ended_at, second.ended_at);
  EXPECT_EQ(sim.scheduler.preemptions(), second.preemptions);
}

TEST(Scheduler, GuessesShareTheRowsThatAreLeft) {
  Simulation sim(100, 4, false, custom(4, 256));
  for (std::uint64_t i = 0; i < 3; ++i) sim.add(sim.submit(prompt(4, i), 50));
  sim.most_guesses = 7;
  sim.prepare();
  sim.step();
  std::vector<std::int64_t> drafts;
  for (const StepPlan::Part& part : sim.step().parts) drafts.push_back(part.drafts);
  EXPECT_EQ(drafts, (std::vector<std::int64_t>{2, 2, 1}));
  sim.add(sim.submit(prompt(300, 9), 1));
  sim.prepare();
  for (const StepPlan::Part& part : sim.step().parts) EXPECT_EQ(part.drafts, 0) << "a prompt fills the step";
}

TEST(Scheduler, GuessesPutNobodyOut) {
  Simulation sim(6, 4, false, custom(4, 256));
  sim.add(sim.submit(prompt(8, 1), 8));
  Simulation::Request& without = sim.submit(prompt(7, 2), 5);
  sim.add(without);
  sim.most_guesses = 7;
  sim.one_wrong_in = 1;
  sim.prepare();
  std::int64_t drafts = 0;
  while (sim.live() > 0) {
    for (const StepPlan::Part& part : sim.step().parts) drafts += part.drafts;
    without.drafts = 0;
  }
  EXPECT_EQ(sim.scheduler.preemptions(), 0)
      << "three blocks each are enough until the shorter answer ends, and the longer takes a fourth";
  EXPECT_GT(drafts, 0) << "what room their blocks have is used";
}

TEST(Scheduler, ClientsTakeTurns) {
  Simulation sim(100, 4, false, custom(1, 16));
  const auto from = [&](const std::string& client) -> Simulation::Request& {
    Simulation::Request& request = sim.submit(prompt(4), 2);
    request.client = client;
    sim.add(request);
    return request;
  };
  for (int i = 0; i < 20; ++i) from("flood");
  sim.prepare();
  sim.step();
  const Simulation::Request& one = from("one");
  const Simulation::Request& other = from("other");
  while (one.begun_at < 0 || other.begun_at < 0) {
    sim.time += 0.01;
    sim.prepare();
    sim.step();
  }
  std::int64_t before = 0;
  for (const Simulation::Request& request : sim.requests) {
    before += request.client == "flood" && request.begun_at >= 0 ? 1 : 0;
  }
  EXPECT_LE(before, 2 + Scheduler::kMaxPrepared) << "those that were ready before they came, and a turn";
}

TEST(Scheduler, EverNewClientsLeaveNobodyBehind) {
  Simulation sim(100, 4, false, custom(1, 16));
  const auto come = [&](const std::string& client) -> Simulation::Request& {
    Simulation::Request& request = sim.submit(prompt(4), 2);
    request.client = client;
    sim.add(request);
    sim.prepare();
    return request;
  };
  come("steady");
  sim.step();
  come("new");
  const Simulation::Request& second = come("steady");
  for (int i = 0; i < 50; ++i) {
    come("new " + std::to_string(i));
    sim.step();
    sim.step();
    sim.time += 0.001;
  }
  EXPECT_GE(second.begun_at, 0.0) << "its client has had a turn, and those that come have had none";
}

/// A request of low priority while others of high priority keep coming: as many as are answered.
double time_to_end_under_pressure(std::int64_t blocks) {
  Simulation sim(blocks, 4, false, custom(3, 16));
  Simulation::Request& low = sim.submit(prompt(8, 1), 20);
  low.priority = 0;
  sim.add(low);
  for (std::uint64_t i = 0; low.ended_at < 0 && sim.time < 1'000; ++i) {
    while (sim.live() < 8) {
      Simulation::Request& high = sim.submit(prompt(8, i % 7), 20);
      high.priority = 3;
      sim.add(high);
    }
    sim.prepare();
    sim.step();
    sim.time += 0.05;
  }
  return sim.time;
}

TEST(Scheduler, NobodyStarves) {
  const double lifted = 3 * RequestOrder::kAgeing;
  EXPECT_LT(time_to_end_under_pressure(100), lifted + 10);
  EXPECT_LT(time_to_end_under_pressure(12), lifted + 20) << "where blocks are short too";
}

TEST(Scheduler, AnIdleEngineWaitsForCompanyAsLongAsItIsTold) {
  Simulation sim(100, 4, false, custom(2, 16, 0.5));
  sim.add(sim.submit(prompt(4), 2));
  sim.prepare();
  const StepPlan& first = sim.step();
  EXPECT_TRUE(first.nothing());
  EXPECT_DOUBLE_EQ(first.wake, 0.5);
  sim.time = 0.2;
  sim.add(sim.submit(prompt(4), 2));
  sim.prepare();
  EXPECT_EQ(sim.step().parts.size(), 2U) << "the batch is full";
}

TEST(Scheduler, HighPriorityIsPreparedPastWhatIsReady) {
  Simulation sim(100, 4, false, custom(1, 16));
  for (int i = 0; i < 10; ++i) sim.add(sim.submit(prompt(4), 2));
  sim.prepare();
  Simulation::Request& urgent = sim.submit(prompt(4), 2);
  urgent.priority = 1;
  sim.add(urgent);
  sim.prepare();
  EXPECT_EQ(urgent.state, State::kReady);
  sim.step();
  EXPECT_EQ(urgent.state, State::kRunning);
}

}  // namespace
}  // namespace fovea
