#include "several_models.h"

#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using namespace std::chrono_literals;
using several::SeveralModelsTest;
using test::Answer;
using testing::HasSubstr;

TEST_F(SeveralModelsTest, ThoseThatFitTogetherStay) {
  start({40, 60}, 100);
  EXPECT_EQ(fleet_->presence()[0].state, ModelState::kUnloaded);
  EXPECT_EQ(fleet_->planned(), 50U);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ask(0), "a");
    EXPECT_EQ(ask(1), "b");
  }
  EXPECT_EQ(loads(0), 1);
  EXPECT_EQ(loads(1), 1);
  EXPECT_EQ(fleet_->planned(), 150U);
  EXPECT_EQ(fleet_->presence()[1].bytes, 60U);
}

TEST_F(SeveralModelsTest, WhereOnlyOneFitsTheyTakeTurns) {
  start({60, 70}, 100);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ask(0), "a");
    EXPECT_EQ(ask(1), "b");
  }
  EXPECT_EQ(loads(0), 3);
  EXPECT_EQ(loads(1), 3);
  EXPECT_EQ(held_.most, 70U) << "one left before the other came";
  EXPECT_EQ(fleet_->presence()[0].loads, 3);
}

TEST_F(SeveralModelsTest, TheLeastRecentlyAskedLeaves) {
  start({40, 40, 40}, 100);
  ask(0);
  ask(1);
  ask(0);
  ask(2);
  EXPECT_EQ(fleet_->presence()[0].state, ModelState::kLoaded);
  EXPECT_EQ(fleet_->presence()[1].state, ModelState::kUnloaded);
}

TEST_F(SeveralModelsTest, OneThatAnswersIsNotInterruptedAndWhoComesAfterTheOtherWaitsForIt) {
  start({60, 60}, 100);
  script(0, {test::says("a"), test::says("a", 300ms), test::finishes(2)});
  Answer running;
  ASSERT_TRUE(fleet_->at(0).submit({}, running.sink()));
  running.wait_for<TextDelta>();
  Answer other;
  ASSERT_TRUE(fleet_->at(1).submit({}, other.sink()));
  other.wait_for<Queued>();
  Answer late;
  ASSERT_TRUE(fleet_->at(0).submit({}, late.sink()));
  late.wait_for<Queued>();
  EXPECT_EQ(fleet_->presence()[0].answering, 1);
  EXPECT_EQ(fleet_->presence()[0].waiting, 1);
  other.wait();
  EXPECT_EQ(running.text(), "aa") << "whole";
  EXPECT_TRUE(running.last<Finished>());
  late.wait();
  EXPECT_TRUE(late.last<Finished>());
  EXPECT_GE(late.last<Finished>()->metrics.stages[Stage::kQueue], 0.0);
  EXPECT_EQ(loads(0), 2) << "it gave its place to who came before";
  EXPECT_EQ(held_.most, 60U);
}

TEST_F(SeveralModelsTest, ManyWhoWantTheSameModelLoadItOnce) {
  start({60}, 100);
  std::atomic<bool> go{false};
  on_load = [&](std::size_t, const LoadObserver&) {
    while (!go) std::this_thread::sleep_for(1ms);
    return std::nullopt;
  };
  std::vector<std::unique_ptr<Answer>> answers;
  for (int i = 0; i < 8; ++i) {
    answers.push_back(std::make_unique<Answer>());
    ASSERT_TRUE(fleet_->at(0).submit({}, answers.back()->sink()));
  }
  wait_for("a loading");
  go = true;
  for (const auto& answer : answers) {
    answer->wait();
    EXPECT_TRUE(answer->last<Finished>());
  }
  EXPECT_EQ(loads(0), 1);
}

TEST_F(SeveralModelsTest, AFailedLoadFailsItsOwnRequestsAndIsTriedAgain) {
  start({40, 40}, 100);
  ask(0);
  std::atomic<bool> broken{true};
  on_load = [&](std::size_t model, const LoadObserver&) -> std::optional<Error> {
    if (model == 1 && broken) return Error{ErrorCode::kNotFound, "The folder is gone.", {}, {}};
    return std::nullopt;
  };
  EXPECT_EQ(ask(1), "The folder is gone.");
  EXPECT_EQ(ask(0), "a");
  EXPECT_EQ(fleet_->presence()[1].state, ModelState::kUnloaded);
  wait_for("b unloaded");
  broken = false;
  EXPECT_EQ(ask(1), "b");
  EXPECT_EQ(errors_, std::vector<std::string>{"The folder is gone."});
}

TEST_F(SeveralModelsTest, WhatCanNeverFitIsRefusedWithTheFigures) {
  start({40'000'000, 120'000'000}, 100'000'000);
  ask(0);
  Answer answer;
  const Result<RequestId> id = fleet_->at(1).submit({}, answer.sink());
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code, ErrorCode::kOutOfMemory);
  EXPECT_THAT(id.error().message, HasSubstr("b needs 120 MB"));
  EXPECT_THAT(id.error().message, HasSubstr("limit of 101 MB"));
  EXPECT_THAT(id.error().message, HasSubstr("a (40 MB)"));
  EXPECT_EQ(fleet_->at(1).preview({}).error().code, ErrorCode::kOutOfMemory);
  EXPECT_EQ(fleet_->at(1).metrics().refused, 1);
  EXPECT_EQ(loads(1), 0);
}

TEST_F(SeveralModelsTest, WhoWaitsForRoomCanBeCancelled) {
  start({60, 60}, 100);
  script(0, {test::says("a")});  // and nothing more
  Answer endless;
  const Result<RequestId> first = fleet_->at(0).submit({}, endless.sink());
  ASSERT_TRUE(first);
  endless.wait_for<TextDelta>();
  Answer waiting;
  const Result<RequestId> id = fleet_->at(1).submit({}, waiting.sink());
  ASSERT_TRUE(id);
  waiting.wait_for<Queued>();
  fleet_->at(1).cancel(*id);
  waiting.wait();
  ASSERT_TRUE(waiting.last<Finished>());
  EXPECT_EQ(waiting.last<Finished>()->reason, FinishReason::kCancelled);
  EXPECT_EQ(loads(1), 0);
  Answer more;
  ASSERT_TRUE(fleet_->at(0).submit({}, more.sink())) << "nobody wants its place any more";
  more.wait_for<TextDelta>();
  fleet_->at(0).cancel(*first);
  endless.wait();
  EXPECT_EQ(endless.last<Finished>()->reason, FinishReason::kCancelled);
  fleet_.reset();
}

TEST_F(SeveralModelsTest, ADeadlineEndsTheWaitForRoom) {
  start({60, 60}, 100);
  script(0, {test::says("a")});
  Answer endless;
  ASSERT_TRUE(fleet_->at(0).submit({}, endless.sink()));
  endless.wait_for<TextDelta>();
  GenerationRequest request;
  request.deadline_seconds = 0.05;
  Answer late;
  ASSERT_TRUE(fleet_->at(1).submit(request, late.sink()));
  late.wait();
  ASSERT_TRUE(late.last<Failed>());
  EXPECT_EQ(late.last<Failed>()->error.code, ErrorCode::kBusy);
  fleet_.reset();
}

TEST_F(SeveralModelsTest, APreviewWaitsForRoomAndKeepsTheModelMeanwhile) {
  start({60, 60}, 100);
  ask(0);
  std::atomic<bool> go{false};
  std::atomic<bool> looking{false};
  {
    const std::lock_guard lock(mutex_);
    scripts_[1].before_preview = [&] {
      looking = true;
      while (!go) std::this_thread::sleep_for(1ms);
    };
  }
  std::thread previewer([&] {
    const Result<Preview> preview = fleet_->at(1).preview({});
    EXPECT_TRUE(preview && preview->prompt == "b");
  });
  while (!looking) std::this_thread::sleep_for(1ms);
  Answer other;
  ASSERT_TRUE(fleet_->at(0).submit({}, other.sink()));
  other.wait_for<Queued>();
  std::this_thread::sleep_for(30ms);
  EXPECT_FALSE(other.over());
  EXPECT_EQ(fleet_->presence()[1].state, ModelState::kLoaded) << "it is being used";
  go = true;
  previewer.join();
  other.wait();
  EXPECT_TRUE(other.last<Finished>());
}

TEST_F(SeveralModelsTest, EachLeavesWhenItIsIdle) {
  options_.idle_after = 20ms;
  start({40, 40}, 100);
  ask(0);
  ask(1);
  wait_for("a unloaded");
  wait_for("b unloaded");
  EXPECT_EQ(fleet_->planned(), 50U);
  EXPECT_EQ(fleet_->at(0).metrics().finished, 0) << "what a scripted one counts";
}

TEST_F(SeveralModelsTest, InTheirHoursThoseThatFitAreThereUnasked) {
  std::atomic<bool> open{true};
  options_.idle_after = 5ms;
  options_.wanted = [&] { return open.load(); };
  start({40, 40, 40}, 100);
  wait_for("a loaded");
  wait_for("b loaded");
  EXPECT_EQ(loads(2), 0) << "nobody asked, and there is no room";
  EXPECT_EQ(ask(2), "c");
  EXPECT_LE(held_.most, 100U);
  fleet_.reset();
}

TEST_F(SeveralModelsTest, EndedWhileSomeWaitForRoomEachHasItsLastEvent) {
  start({60, 60}, 100);
  script(0, {test::says("a")});
  Answer running;
  Answer waiting;
  ASSERT_TRUE(fleet_->at(0).submit({}, running.sink()));
  running.wait_for<TextDelta>();
  ASSERT_TRUE(fleet_->at(1).submit({}, waiting.sink()));
  fleet_.reset();
  EXPECT_EQ(running.lasts, 1);
  EXPECT_EQ(waiting.lasts, 1);
  EXPECT_EQ(held_.now, 0U);
}

/// Threads that ask, cancel, preview and look, at models of which few fit, some of which fail to load now and
/// then.
TEST_F(SeveralModelsTest, ManyCallersOfManyModels) {
  constexpr std::size_t kModels = 4;
  constexpr int kCallers = 4;
  constexpr int kRequests = 80;
  options_.idle_after = 2ms;
  std::atomic<int> tries{0};
  on_load = [&](std::size_t, const LoadObserver& observer) -> std::optional<Error> {
    const int count = ++tries;
    if (count % 7 == 0) return Error{ErrorCode::kOutOfMemory, "Not now.", {}, {}};
    for (int i = 0; i < count % 3; ++i) {
      if (!observer({})) return Error{ErrorCode::kCancelled, "given up", {}, {}};
      std::this_thread::sleep_for(200us);
    }
    return std::nullopt;
  };
  start({30, 45, 60, 90}, 100);
  std::vector<std::unique_ptr<Answer>> answers;
  for (int i = 0; i < kCallers * kRequests; ++i) answers.push_back(std::make_unique<Answer>());
  std::vector<std::thread> callers;
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      std::mt19937 random(static_cast<std::uint32_t>(caller));
      for (int i = 0; i < kRequests; ++i) {
        Answer& answer = *answers[static_cast<std::size_t>(caller * kRequests + i)];
        Engine& engine = fleet_->at(random() % kModels);
        const Result<RequestId> id = engine.submit({}, answer.sink());
        ASSERT_TRUE(id);
        if (random() % 4 == 0) engine.cancel(*id);
        if (random() % 8 == 0) static_cast<void>(engine.preview({}));
        if (random() % 5 == 0) static_cast<void>(engine.metrics());
        if (random() % 9 == 0) {
          EXPECT_TRUE(engine.set_scheduling(scheduling_preset(SchedulingMode::kHighThroughput)));
        }
        if (random() % 3 != 0) answer.wait();
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  for (const auto& answer : answers) answer->wait();
  EXPECT_LE(held_.most, 100U);
  fleet_.reset();
  for (const auto& answer : answers) EXPECT_EQ(answer->lasts, 1);
  EXPECT_EQ(held_.now, 0U);
}

}  // namespace
}  // namespace fovea
