// What keeps a child running, with children that die, hang and do not answer. No model and no torch.
#include "core/child/child_engine.h"
#include "core/child/frame.h"
#include "tests/core/child/listener.h"

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

namespace fovea {
namespace {

using State = EngineHealth::State;
using test::Listener;
using ::testing::HasSubstr;

constexpr auto kPatience = std::chrono::seconds(60);

/// Keeps what the supervisor tells; any thread.
struct Watch {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<EngineHealth> told;

  HealthObserver observer() {
    return [this](const EngineHealth& health) {
      const std::lock_guard lock(mutex);
      told.push_back(health);
      changed.notify_all();
    };
  }
  /// Waits until it was told `state` for the n-th time; what was told then.
  std::optional<EngineHealth> wait(State state, int n = 1) {
    std::unique_lock lock(mutex);
    std::optional<EngineHealth> found;
    changed.wait_for(lock, kPatience, [&] {
      int seen = 0;
      for (const EngineHealth& health : told) {
        if (health.state == state && ++seen == n) found = health;
      }
      return found.has_value();
    });
    return found;
  }
};

class Supervision : public ::testing::Test {
 protected:
  Supervision() {
    options.command = {FOVEA_SCRIPTED_CHILD};
    options.first_pause_seconds = 0.01;
    options.silence_seconds = 4.0;  // it says once a second that it lives
    options.on_health = watch.observer();
  }
  void load(const std::string& script) {
    Result<std::unique_ptr<SupervisedEngine>> loaded = load_child_engine(named(script), {}, options);
    ASSERT_TRUE(loaded) << loaded.error().text();
    engine = std::move(*loaded);
  }
  static EngineOptions named(const std::string& script) {
    EngineOptions engine;
    engine.model_folder = script;
    return engine;
  }
  static GenerationRequest question() {
    GenerationRequest request;
    request.messages.push_back(Message::text(Role::kUser, "What does it say?"));
    return request;
  }
  /// More than goes through shared memory, and than a socket's buffer takes.
  static GenerationRequest large_question() {
    GenerationRequest request = question();
    ImageInput picture;
    picture.encoded = std::make_shared<const std::vector<std::uint8_t>>(child::kSharedUpTo, 7);
    request.messages.front().content.push_back(ImagePart{picture});
    return request;
  }

  Watch watch;
  ChildOptions options;
  std::unique_ptr<SupervisedEngine> engine;  // ends before what it tells
};

TEST_F(Supervision, AKilledChildFailsItsAnswerKeepsTheTextAndTheNextIsAnswered) {
  load("endless");
  Listener killed;
  ASSERT_TRUE(engine->submit(question(), killed.sink()));
  ASSERT_TRUE(killed.wait([&] { return killed.text.size() > 10; }));
  const int first = engine->process();
  ASSERT_EQ(::kill(first, SIGKILL), 0);
  ASSERT_TRUE(killed.ended());
  ASSERT_TRUE(killed.failure());
  EXPECT_EQ(killed.failure()->code, ErrorCode::kEngineFailed);
  Listener next;  // while there is no child
  ASSERT_TRUE(engine->submit(question(), next.sink()));
  ASSERT_TRUE(next.wait([&] { return !next.text.empty(); }));
  EXPECT_NE(engine->process(), first);
  EXPECT_EQ(::kill(first, 0), -1) << "the dead child was not reaped";
}

TEST_F(Supervision, AStoppedChildIsEndedInItsAnswerAndTheNextIsAnswered) {
  load("endless");
  Listener stopped;
  ASSERT_TRUE(engine->submit(question(), stopped.sink()));
  ASSERT_TRUE(stopped.wait([&] { return !stopped.text.empty(); }));
  const int first = engine->process();
  ASSERT_EQ(::kill(first, SIGSTOP), 0);
  ASSERT_TRUE(stopped.ended());
  ASSERT_TRUE(stopped.failure());
  EXPECT_THAT(stopped.failure()->message, HasSubstr("said nothing for 4 s"));
  Listener next;
  ASSERT_TRUE(engine->submit(question(), next.sink()));
  ASSERT_TRUE(next.wait([&] { return !next.text.empty(); }));
  EXPECT_NE(engine->process(), first);
  EXPECT_EQ(::kill(first, 0), -1);
}

TEST_F(Supervision, AStoppedChildIsNoticedWhileNobodyAsks) {
  load("short");
  ASSERT_EQ(::kill(engine->process(), SIGSTOP), 0);
  const auto restarting = watch.wait(State::kRestarting);
  ASSERT_TRUE(restarting);
  EXPECT_THAT(restarting->reason, HasSubstr("said nothing"));
  EXPECT_TRUE(watch.wait(State::kReady));
}

TEST_F(Supervision, NoCallWaitsForEverOnAStoppedChild) {
  load("short");
  ASSERT_EQ(::kill(engine->process(), SIGSTOP), 0);
  Listener listener;
  std::future<void> calls[] = {
      std::async(std::launch::async,
                 [&] {
                   const Result<RequestId> id = engine->submit(large_question(), listener.sink());
                   const bool told = id ? listener.ended() : id.error().code == ErrorCode::kEngineFailed;
                   EXPECT_TRUE(told);
                 }),
      std::async(std::launch::async, [&] { EXPECT_EQ(engine->metrics().finished, 0U); }),
      std::async(std::launch::async, [&] { EXPECT_FALSE(engine->preview(question())); }),
      std::async(std::launch::async, [&] { EXPECT_FALSE(engine->set_scheduling({})); })};
  for (std::future<void>& call : calls) EXPECT_EQ(call.wait_for(kPatience), std::future_status::ready);
}

TEST_F(Supervision, CancellingReturnsAtOnceOnAStoppedChild) {
  options.silence_seconds = 1000.0;  // nobody ends it meanwhile
  load("endless");
  Listener listener;
  const Result<RequestId> id = engine->submit(question(), listener.sink());
  ASSERT_TRUE(id);
  ASSERT_EQ(::kill(engine->process(), SIGSTOP), 0);
  std::future<void> large = std::async(std::launch::async, [&] {
    static_cast<void>(engine->submit(large_question(), [](const GenerationEvent&) {}));
  });
  static_cast<void>(large.wait_for(std::chrono::seconds(1)));  // by then it is sending, if it is no slow day
  std::future<void> cancelled = std::async(std::launch::async, [&] { engine->cancel(*id); });
  EXPECT_EQ(cancelled.wait_for(kPatience), std::future_status::ready);
  ASSERT_EQ(::kill(engine->process(), SIGKILL), 0);
  EXPECT_TRUE(listener.ended());
}

TEST_F(Supervision, AChildThatDoesNotTakeARequestIsReplaced) {
  options.answer_seconds = 1.0;
  load("stuck");
  const int first = engine->process();
  Listener listener;
  const Result<RequestId> id = engine->submit(question(), listener.sink());
  ASSERT_FALSE(id);
  EXPECT_EQ(id.error().code, ErrorCode::kEngineFailed);
  ASSERT_TRUE(watch.wait(State::kReady));
  EXPECT_NE(engine->process(), first);
  EXPECT_FALSE(listener.last) << "a sink was called although the request was refused";
}

TEST_F(Supervision, AChildThatStopsWhileItLoadsIsAnError) {
  const auto loaded = load_child_engine(named("stops while it loads"), {}, options);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::kEngineFailed);
  EXPECT_THAT(loaded.error().message, HasSubstr("said nothing"));
}

TEST_F(Supervision, CountsItsRestartsPausesLongerEachTimeAndGivesUp) {
  options.restarts = 2;
  load("dies");
  for (int death = 1; death <= 3; ++death) {
    Listener listener;
    EXPECT_FALSE(engine->submit(question(), listener.sink()));
    if (death == 3) break;
    const auto told = watch.wait(State::kRestarting, death);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->attempt, death);
    EXPECT_EQ(told->attempts, 2);
    EXPECT_DOUBLE_EQ(told->pause_seconds, 0.01 * death);
    ASSERT_TRUE(watch.wait(State::kReady, death));
  }
  ASSERT_TRUE(watch.wait(State::kGivenUp));
  Listener listener;
  const Result<RequestId> refused = engine->submit(question(), listener.sink());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kEngineFailed);
  EXPECT_THAT(refused.error().message, HasSubstr("ended unexpectedly"));
  engine->restart();
  EXPECT_TRUE(watch.wait(State::kReady, 3));
}

TEST_F(Supervision, AnAnswerBetweenDeathsBeginsTheCountAnew) {
  options.restarts = 1;
  load("short");
  for (int death = 1; death <= 3; ++death) {
    Listener listener;
    ASSERT_TRUE(engine->submit(question(), listener.sink()));
    ASSERT_TRUE(listener.ended());
    ASSERT_EQ(::kill(engine->process(), SIGKILL), 0);
    const auto told = watch.wait(State::kRestarting, death);
    ASSERT_TRUE(told);
    EXPECT_EQ(told->attempt, 1);
    ASSERT_TRUE(watch.wait(State::kReady, death));
  }
}

TEST_F(Supervision, ARequestThatWaitsForAChildCanBeCancelled) {
  options.first_pause_seconds = 1000.0;
  load("endless");
  ASSERT_EQ(::kill(engine->process(), SIGKILL), 0);
  ASSERT_TRUE(watch.wait(State::kRestarting));
  Listener listener;
  const Result<RequestId> id = engine->submit(question(), listener.sink());
  ASSERT_TRUE(id);
  engine->cancel(*id);
  ASSERT_TRUE(listener.ended());
  ASSERT_TRUE(std::holds_alternative<Finished>(listener.last->what));
  EXPECT_EQ(std::get<Finished>(listener.last->what).reason, FinishReason::kCancelled);
}

TEST_F(Supervision, EndsItsRequestsAndItsChildWhenItIsDestroyed) {
  load("endless");
  const int child = engine->process();
  Listener listener;
  ASSERT_TRUE(engine->submit(question(), listener.sink()));
  engine.reset();
  EXPECT_TRUE(listener.last.has_value());
  EXPECT_EQ(::kill(child, 0), -1);
}

}  // namespace
}  // namespace fovea
