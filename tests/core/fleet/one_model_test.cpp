// A fleet of one model without a limit: an engine that gives its memory back while nobody asks.
#include "answer.h"
#include "core/fleet/fleet.h"
#include "tests/support/scripted_engine.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

namespace fovea {
namespace {

using namespace std::chrono_literals;
using test::Answer;
using test::ScriptedEngine;

constexpr std::uint64_t kWeights = 1234;

/// A scripted model that counts what it was asked and is counted itself.
class Model : public ScriptedEngine {
 public:
  Model(test::Script script, std::atomic<int>& alive) : ScriptedEngine(std::move(script)), alive_(alive) {
    ++alive_;
  }
  ~Model() override { --alive_; }
  Result<RequestId> submit(GenerationRequest request, EventSink sink) override {
    ++asked_;
    return ScriptedEngine::submit(std::move(request), std::move(sink));
  }
  EngineMetrics metrics() const override {
    EngineMetrics metrics;
    metrics.finished = asked_;
    metrics.weights_bytes = kWeights;
    return metrics;
  }

 private:
  std::atomic<int>& alive_;
  std::atomic<int> asked_{0};
};

/// The only engine of a fleet.
class OnlyEngine {
 public:
  explicit OnlyEngine(std::unique_ptr<Fleet> fleet) : fleet_(std::move(fleet)) {}
  Engine* operator->() const { return &fleet_->at(0); }
  void reset() { fleet_.reset(); }

 private:
  std::unique_ptr<Fleet> fleet_;
};

class OneModelTest : public testing::Test {
 protected:
  OneModelTest() {
    script_.model = test::scripted_model();
    script_.steps = {test::says("a"), test::finishes(1)};
    std::get<TextDelta>(script_.steps[0].event).times = {0.25};
    std::get<Finished>(script_.steps[1].event).metrics.token_times = {0.25};
    std::get<Finished>(script_.steps[1].event).metrics.total_seconds = 0.5;
    options_.idle_after = 20ms;
    options_.on_change = [this](const FleetChange& change) {
      const std::lock_guard lock(mutex_);
      states_.push_back(change.state);
      if (change.error) errors_.push_back(change.error->message);
      changed_.notify_all();
    };
    load_ = [this](const LoadObserver&) { return model(); };
  }

  Result<std::unique_ptr<Engine>> model() {
    return std::unique_ptr<Engine>(std::make_unique<Model>(script_, alive_));
  }

  OnlyEngine engine() {
    std::vector<FleetModel> models;
    models.push_back(
        {{}, 0, [this](const LoadObserver& observer) { return load_(observer); }, std::move(*model())});
    return OnlyEngine(std::make_unique<Fleet>(std::move(models), options_));
  }

  void wait_for(ModelState state, std::ptrdiff_t times = 1) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return std::count(states_.begin(), states_.end(), state) >= times; });
  }

  test::Script script_;
  std::atomic<int> alive_{0};
  FleetOptions options_;
  std::function<Result<std::unique_ptr<Engine>>(const LoadObserver&)> load_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ModelState> states_;
  std::vector<std::string> errors_;
};

TEST_F(OneModelTest, TheModelLeavesMemoryAndTheNextRequestBringsItBack) {
  std::atomic<bool> kept{true};
  options_.wanted = [&] { return kept.load(); };
  const OnlyEngine engine = this->engine();
  EXPECT_EQ(engine->metrics().weights_bytes, kWeights);
  Answer first;
  ASSERT_TRUE(engine->submit({}, first.sink()));
  first.wait();
  kept = false;
  wait_for(ModelState::kUnloaded);
  EXPECT_EQ(alive_, 0);
  EXPECT_EQ(engine->metrics().weights_bytes, 0U);
  EXPECT_EQ(engine->metrics().finished, 1) << "what the model that is gone counted";
  EXPECT_EQ(engine->model().name, test::scripted_model().name);
  Answer second;
  const Result<RequestId> id = engine->submit({}, second.sink());
  ASSERT_TRUE(id);
  second.wait();
  EXPECT_TRUE(second.last<Finished>());
  EXPECT_EQ(second.events.back().request, *id);
  EXPECT_EQ(engine->metrics().finished, 2);
  wait_for(ModelState::kUnloaded, 2);
}

TEST_F(OneModelTest, ARunningAnswerKeepsTheModel) {
  script_.steps = {test::says("a"), test::says("b", 200ms), test::finishes(2)};
  const OnlyEngine engine = this->engine();
  Answer answer;
  ASSERT_TRUE(engine->submit({}, answer.sink()));
  answer.wait();
  EXPECT_TRUE(answer.last<Finished>()) << "20 ms are over long before";
  const std::lock_guard lock(answer.mutex);
  EXPECT_EQ(answer.events.size(), 3U);
}

TEST_F(OneModelTest, TimesCountFromTheSubmission) {
  load_ = [this](const LoadObserver&) {
    std::this_thread::sleep_for(60ms);
    return model();
  };
  const OnlyEngine engine = this->engine();
  wait_for(ModelState::kUnloaded);
  Answer answer;
  ASSERT_TRUE(engine->submit({}, answer.sink()));
  answer.wait();
  const auto* finished = answer.last<Finished>();
  ASSERT_TRUE(finished);
  const double waited = finished->metrics.stages[Stage::kQueue];
  EXPECT_GE(waited, 0.06);
  EXPECT_DOUBLE_EQ(finished->metrics.token_times.at(0), 0.25 + waited);
  EXPECT_DOUBLE_EQ(finished->metrics.total_seconds, 0.5 + waited);
  EXPECT_TRUE(std::holds_alternative<Queued>(answer.events.at(0).what)) << "who waits is told so";
  EXPECT_DOUBLE_EQ(std::get<TextDelta>(answer.events.at(1).what).times.at(0), 0.25 + waited);
}

TEST_F(OneModelTest, CancelledWhileTheModelLoadsItEndsAndLoadingIsGivenUp) {
  std::atomic<int> loads{0};
  load_ = [&](const LoadObserver& observer) -> Result<std::unique_ptr<Engine>> {
    if (++loads == 1) {
      while (observer({})) std::this_thread::sleep_for(1ms);
      return Error{ErrorCode::kCancelled, "given up", {}, {}};
    }
    return model();
  };
  const OnlyEngine engine = this->engine();
  wait_for(ModelState::kUnloaded);
  Answer cancelled;
  const Result<RequestId> id = engine->submit({}, cancelled.sink());
  ASSERT_TRUE(id);
  wait_for(ModelState::kLoading);
  engine->cancel(*id);
  cancelled.wait();
  ASSERT_TRUE(cancelled.last<Finished>());
  EXPECT_EQ(cancelled.last<Finished>()->reason, FinishReason::kCancelled);
  wait_for(ModelState::kUnloaded, 2);
  EXPECT_TRUE(errors_.empty()) << "nothing went wrong";
  Answer next;
  ASSERT_TRUE(engine->submit({}, next.sink()));
  next.wait();
  EXPECT_TRUE(next.last<Finished>());
}

TEST_F(OneModelTest, WhereLoadingFailsThoseWhoWaitAreToldAndTheNextTriesAgain) {
  std::atomic<int> loads{0};
  load_ = [&](const LoadObserver&) -> Result<std::unique_ptr<Engine>> {
    if (++loads == 1) return Error{ErrorCode::kNotFound, "The folder is gone.", {}, {}};
    return model();
  };
  const OnlyEngine engine = this->engine();
  wait_for(ModelState::kUnloaded);
  Answer failed;
  ASSERT_TRUE(engine->submit({}, failed.sink()));
  failed.wait();
  ASSERT_TRUE(failed.last<Failed>());
  EXPECT_EQ(failed.last<Failed>()->error.code, ErrorCode::kNotFound);
  wait_for(ModelState::kUnloaded, 2);
  EXPECT_EQ(errors_, std::vector<std::string>{"The folder is gone."});
  Answer next;
  ASSERT_TRUE(engine->submit({}, next.sink()));
  next.wait();
  EXPECT_TRUE(next.last<Finished>());
}

TEST_F(OneModelTest, ARefusalByTheLoadedModelIsAnEvent) {
  load_ = [this](const LoadObserver&) {
    script_.refusal = std::make_shared<Error>(Error{ErrorCode::kTooLarge, "Too large.", {}, {}});
    return model();
  };
  const OnlyEngine engine = this->engine();
  wait_for(ModelState::kUnloaded);
  Answer answer;
  ASSERT_TRUE(engine->submit({}, answer.sink()));
  answer.wait();
  ASSERT_TRUE(answer.last<Failed>());
  EXPECT_EQ(answer.last<Failed>()->error.code, ErrorCode::kTooLarge);
}

TEST_F(OneModelTest, ADeadlineGoesOnWhileTheModelLoads) {
  load_ = [this](const LoadObserver& observer) {
    while (observer({})) std::this_thread::sleep_for(1ms);
    return model();
  };
  const OnlyEngine engine = this->engine();
  wait_for(ModelState::kUnloaded);
  GenerationRequest request;
  request.deadline_seconds = 0.02;
  Answer answer;
  ASSERT_TRUE(engine->submit(request, answer.sink()));
  answer.wait();
  ASSERT_TRUE(answer.last<Failed>());
  EXPECT_EQ(answer.last<Failed>()->error.code, ErrorCode::kBusy);
}

TEST_F(OneModelTest, SoManyWaitAndNoMore) {
  std::atomic<bool> go{false};
  load_ = [&](const LoadObserver&) {
    while (!go) std::this_thread::sleep_for(1ms);
    return model();
  };
  options_.most_waiting = 2;
  const OnlyEngine engine = this->engine();
  wait_for(ModelState::kUnloaded);
  std::array<Answer, 3> answers;
  EXPECT_TRUE(engine->submit({}, answers[0].sink()));
  EXPECT_TRUE(engine->submit({}, answers[1].sink()));
  const Result<RequestId> third = engine->submit({}, answers[2].sink());
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::kBusy);
  EXPECT_EQ(engine->metrics().waiting, 2);
  EXPECT_EQ(engine->metrics().refused, 1);
  go = true;
  answers[0].wait();
  answers[1].wait();
}

TEST_F(OneModelTest, InItsHoursItStaysAndComesBackUnasked) {
  std::atomic<bool> open{true};
  options_.wanted = [&] { return open.load(); };
  const OnlyEngine engine = this->engine();
  Answer answer;
  ASSERT_TRUE(engine->submit({}, answer.sink()));
  answer.wait();
  std::this_thread::sleep_for(10 * *options_.idle_after);
  EXPECT_EQ(alive_, 1);
  open = false;
  wait_for(ModelState::kUnloaded);
  open = true;
  wait_for(ModelState::kLoaded);
  EXPECT_EQ(alive_, 1);
}

TEST_F(OneModelTest, APreviewWaitsForTheModel) {
  script_.preview.prompt_tokens = 77;
  const OnlyEngine engine = this->engine();
  wait_for(ModelState::kUnloaded);
  const Result<Preview> preview = engine->preview({});
  ASSERT_TRUE(preview);
  EXPECT_EQ(preview->prompt_tokens, 77);
}

TEST_F(OneModelTest, AModeThatIsSetWhileItIsAwayCountsLater) {
  const OnlyEngine engine = this->engine();
  wait_for(ModelState::kUnloaded);
  SchedulingOptions wrong = scheduling_preset(SchedulingMode::kCustom);
  wrong.max_batch = 0;
  EXPECT_FALSE(engine->set_scheduling(wrong));
  ASSERT_TRUE(engine->set_scheduling(scheduling_preset(SchedulingMode::kHighThroughput)));
  EXPECT_EQ(engine->scheduling().mode, SchedulingMode::kHighThroughput);
  Answer answer;
  ASSERT_TRUE(engine->submit({}, answer.sink()));
  answer.wait();
  EXPECT_EQ(engine->scheduling().mode, SchedulingMode::kHighThroughput);
}

TEST_F(OneModelTest, DestroyedWhileRequestsWaitEachHasItsLastEvent) {
  load_ = [this](const LoadObserver& observer) -> Result<std::unique_ptr<Engine>> {
    while (observer({})) std::this_thread::sleep_for(1ms);
    return Error{ErrorCode::kCancelled, "given up", {}, {}};
  };
  OnlyEngine engine = this->engine();
  wait_for(ModelState::kUnloaded);
  Answer one;
  Answer two;
  ASSERT_TRUE(engine->submit({}, one.sink()));
  ASSERT_TRUE(engine->submit({}, two.sink()));
  wait_for(ModelState::kLoading);
  engine.reset();
  EXPECT_EQ(one.lasts, 1);
  EXPECT_EQ(two.lasts, 1);
}

/// Everything at once, with a model that leaves as soon as it can: each request has one last event.
TEST_F(OneModelTest, ManyCallersAndAModelThatComesAndGoes) {
  options_.idle_after = 1ms;
  constexpr int kCallers = 4;
  constexpr int kRequests = 60;
  std::vector<std::unique_ptr<Answer>> answers;
  for (int i = 0; i < kCallers * kRequests; ++i) answers.push_back(std::make_unique<Answer>());
  {
    const OnlyEngine engine = this->engine();
    std::vector<std::thread> callers;
    for (int caller = 0; caller < kCallers; ++caller) {
      callers.emplace_back([&, caller] {
        for (int i = 0; i < kRequests; ++i) {
          Answer& answer = *answers[static_cast<std::size_t>(caller * kRequests + i)];
          const Result<RequestId> id = engine->submit({}, answer.sink());
          ASSERT_TRUE(id);
          if (i % 3 == 0) engine->cancel(*id);
          if (i % 7 == 0) std::this_thread::sleep_for(3ms);
          if (i % 5 == 0) engine->metrics();
          answer.wait();
        }
      });
    }
    for (std::thread& caller : callers) caller.join();
  }
  for (const auto& answer : answers) EXPECT_EQ(answer->lasts, 1);
  EXPECT_EQ(alive_, 0);
}

}  // namespace
}  // namespace fovea
