#include "core/engine/local_engine.h"

#include "collected.h"
#include "requests.h"
#include "synthetic_runner.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fovea {
namespace {

using test::asking;
using test::Collected;
using test::custom;
using test::Gate;
using test::SyntheticRunner;
using ::testing::HasSubstr;

class LocalEngineTest : public ::testing::Test {
 protected:
  LocalEngine& engine() {
    if (!engine_) {
      engine_ = std::make_unique<LocalEngine>(std::move(owned_), SchedulingOptions(), true, drafts_);
    }
    return *engine_;
  }
  Collected ask(const GenerationRequest& request) {
    Collected collected;
    EXPECT_TRUE(engine().submit(request, collected.sink()));
    return collected;
  }

  std::unique_ptr<SyntheticRunner> owned_ = std::make_unique<SyntheticRunner>();
  SyntheticRunner& runner_ = *owned_;
  std::unique_ptr<LocalEngine> engine_;
  std::int64_t drafts_ = 7;  ///< set before the engine is used
};

TEST_F(LocalEngineTest, AnswersInTheOrderOfTheFlow) {
  const Collected answer = ask(asking("Hello"));
  answer.wait();
  EXPECT_EQ(answer.text(), "Hello");
  ASSERT_TRUE(answer.finished());
  EXPECT_EQ(answer.finished()->reason, FinishReason::kEndOfText);
  std::vector<std::size_t> kinds;
  for (const GenerationEvent& event : answer.events()) {
    if (kinds.empty() || kinds.back() != event.what.index()) kinds.push_back(event.what.index());
  }
  EXPECT_EQ(kinds, (std::vector<std::size_t>{0, 1, 2, 3, 4}))
      << "queued, preprocessed, progress, text, finished";
}

TEST_F(LocalEngineTest, AccountsForEveryMoment) {
  drafts_ = 0;
  runner_.on_prefill = [] { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
  runner_.on_decode = [] { std::this_thread::sleep_for(std::chrono::milliseconds(5)); };
  const Collected answer = ask(asking("Hello"));
  answer.wait();
  const RequestMetrics m = answer.finished()->metrics;
  EXPECT_NEAR(m.stages.total(), m.total_seconds, 1e-9);
  EXPECT_GE(m.stages[Stage::kPrefill], 0.02);
  EXPECT_GE(m.stages[Stage::kDecode], 0.02) << "four steps and the end";
  EXPECT_EQ(m.token_times.size(), static_cast<std::size_t>(m.completion_tokens));
  EXPECT_EQ(m.completion_tokens, 6) << "the end token counts";
  EXPECT_GE(m.ttft(), m.stages[Stage::kPrefill]);
  EXPECT_TRUE(std::is_sorted(m.token_times.begin(), m.token_times.end()));
}

TEST_F(LocalEngineTest, StopsAtTheLengthAndAtAStopString) {
  GenerationRequest request = asking("Hello world");
  request.max_new_tokens = 4;
  const Collected cut = ask(request);
  request.max_new_tokens = 100;
  request.stop = {"wor"};
  const Collected stopped = ask(request);
  cut.wait();
  stopped.wait();
  EXPECT_EQ(cut.text(), "Hell");
  EXPECT_EQ(cut.finished()->reason, FinishReason::kLength);
  EXPECT_EQ(stopped.text(), "Hello ");
  EXPECT_EQ(stopped.finished()->stop_string, "wor");
}

TEST_F(LocalEngineTest, TellsReasoningFromTheAnswer) {
  const Collected answer = ask(asking("<think>why</think>so"));
  answer.wait();
  std::string reasoning;
  for (const GenerationEvent& event : answer.events()) {
    const auto* delta = std::get_if<TextDelta>(&event.what);
    if (delta != nullptr && delta->reasoning) reasoning += delta->text;
  }
  EXPECT_EQ(reasoning, "why");
  EXPECT_THAT(answer.text(), ::testing::EndsWith("so"));
  EXPECT_GT(answer.finished()->metrics.reasoning_tokens, 0);
}

TEST_F(LocalEngineTest, FailuresAreTheRequestsOwn) {
  const std::vector<std::pair<std::string, ErrorCode>> faults = {{"unreadable", ErrorCode::kInvalidImage},
                                                                 {"throw in prepare", ErrorCode::kInternal},
                                                                 {"throw later", ErrorCode::kInternal},
                                                                 {"out of memory", ErrorCode::kOutOfMemory},
                                                                 {"not a number", ErrorCode::kModelError}};
  std::vector<Collected> answers;
  for (const auto& [text, code] : faults) answers.push_back(ask(asking(text)));
  const Collected after = ask(asking("still here"));
  for (std::size_t i = 0; i < faults.size(); ++i) {
    answers[i].wait();
    ASSERT_TRUE(answers[i].failed()) << faults[i].first;
    EXPECT_EQ(answers[i].failed()->error.code, faults[i].second) << faults[i].first;
    EXPECT_EQ(answers[i].endings(), 1U);
  }
  EXPECT_EQ(answers[4].text(), "not") << "what was there stays";
  after.wait();
  EXPECT_EQ(after.text(), "still here");
}

TEST_F(LocalEngineTest, RefusesWhatMakesNoSense) {
  GenerationRequest request = asking("Hi");
  request.sampling.top_p = 2.0;
  Collected unused;
  const auto taken = engine().submit(request, unused.sink());
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(unused.events().empty());
}

TEST_F(LocalEngineTest, SaysWhenTheQuestionIsTooLong) {
  runner_.context = 8;
  const Collected answer = ask(asking("0123456789"));
  answer.wait();
  ASSERT_TRUE(answer.failed());
  EXPECT_EQ(answer.failed()->error.code, ErrorCode::kTooLong);
  EXPECT_THAT(answer.failed()->error.message, HasSubstr("10 tokens"));
}

TEST_F(LocalEngineTest, LeavesRoomInTheContext) {
  runner_.context = 8;
  const Collected answer = ask(asking("01234"));
  answer.wait();
  ASSERT_TRUE(answer.finished());
  EXPECT_EQ(answer.finished()->reason, FinishReason::kLength);
  EXPECT_EQ(answer.text(), "012");
}

TEST_F(LocalEngineTest, CancelsWhatWaitsWithoutWaitingForWhatRuns) {
  Gate gate;
  std::atomic<bool> first{true};
  runner_.on_prefill = [&] {
    if (first.exchange(false)) gate.hold();
  };
  const Collected running = ask(asking("running"));
  gate.wait_until_held();
  std::vector<Collected> waiting;
  std::vector<RequestId> ids;
  for (int i = 0; i < 5; ++i) {
    Collected one;
    const auto id = engine().submit(asking("waiting"), one.sink());
    ASSERT_TRUE(id);
    ids.push_back(*id);
    waiting.push_back(one);
  }
  for (const RequestId id : ids) engine().cancel(id);
  for (const Collected& one : waiting) {
    one.wait();  // while the first still runs
    ASSERT_TRUE(one.finished());
    EXPECT_EQ(one.finished()->reason, FinishReason::kCancelled);
    EXPECT_EQ(one.endings(), 1U);
  }
  EXPECT_FALSE(running.finished());
  gate.open();
  running.wait();
  EXPECT_EQ(running.text(), "running");
}

TEST_F(LocalEngineTest, CancelsInPrefillAndInDecodeAndKeepsTheText) {
  drafts_ = 0;
  Gate gate;
  runner_.on_prefill = [&] { gate.hold(); };
  Collected in_prefill;
  const auto first = engine().submit(asking("abc"), in_prefill.sink());
  gate.wait_until_held();
  engine().cancel(*first);
  gate.open();
  in_prefill.wait();
  EXPECT_EQ(in_prefill.finished()->reason, FinishReason::kCancelled);
  EXPECT_EQ(in_prefill.text(), "");

  runner_.on_prefill = [] {};
  Gate second_gate;
  int steps = 0;
  runner_.on_decode = [&] {
    if (++steps == 2) second_gate.hold();
  };
  Collected in_decode;
  const auto second = engine().submit(asking("abcdef"), in_decode.sink());
  second_gate.wait_until_held();
  engine().cancel(*second);
  second_gate.open();
  in_decode.wait();
  EXPECT_EQ(in_decode.finished()->reason, FinishReason::kCancelled);
  EXPECT_EQ(in_decode.text(), "ab");
  EXPECT_EQ(runner_.prepared_alive, 0) << "its memory is given back";
}

TEST_F(LocalEngineTest, HigherPriorityGoesFirst) {
  Gate gate;
  std::atomic<bool> first{true};
  runner_.on_prefill = [&] {
    if (first.exchange(false)) gate.hold();
  };
  EXPECT_TRUE(engine().set_scheduling(custom(1, 256)));
  const Collected running = ask(asking("running"));
  gate.wait_until_held();
  std::mutex mutex;
  std::vector<int> order;
  std::vector<Collected> all;
  for (int i = 0; i < 4; ++i) {
    GenerationRequest request = asking("x");
    request.priority = i < 2 ? 0 : i;
    Collected one;
    all.push_back(one);
    EXPECT_TRUE(engine().submit(request, [&, i, sink = one.sink()](GenerationEvent event) {
      if (event.last()) {
        const std::lock_guard lock(mutex);
        order.push_back(i);
      }
      sink(std::move(event));
    }));
  }
  for (const Collected& one : all) one.wait_for(2);
  gate.open();
  for (const Collected& one : all) one.wait();
  EXPECT_EQ(order, (std::vector<int>{3, 2, 0, 1}));
}

TEST_F(LocalEngineTest, RefusesAnotherWhenTheQueueIsFull) {
  Gate gate;
  std::atomic<bool> first{true};
  runner_.on_prefill = [&] {
    if (first.exchange(false)) gate.hold();
  };
  const Collected running = ask(asking("running"));
  gate.wait_until_held();
  std::vector<Collected> taken;
  bool refused = false;
  for (std::size_t i = 0; i < LocalEngine::kMaxWaiting + 2 && !refused; ++i) {
    Collected one;
    const auto id = engine().submit(asking("x"), one.sink());
    if (id) {
      taken.push_back(one);
    } else {
      refused = true;
      EXPECT_EQ(id.error().code, ErrorCode::kBusy);
    }
  }
  EXPECT_TRUE(refused);
  gate.open();
  for (const Collected& one : taken) one.wait();
}

TEST_F(LocalEngineTest, EndsEverythingWhenItIsDestroyed) {
  Gate gate;
  runner_.on_prefill = [&] { gate.hold(); };
  std::vector<Collected> all;
  for (int i = 0; i < 6; ++i) all.push_back(ask(asking("text")));
  gate.wait_until_held();
  std::thread opener([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    gate.open();
  });
  engine_.reset();
  opener.join();
  for (const Collected& one : all) {
    ASSERT_EQ(one.endings(), 1U);
    EXPECT_EQ(one.finished()->reason, FinishReason::kCancelled);
  }
}

TEST_F(LocalEngineTest, AThousandRandomCancelsFromManyThreadsLoseNothing) {
  int decoded = 0;
  runner_.on_decode = [&] {
    if (++decoded % 16 == 0) std::this_thread::yield();
  };
  constexpr int kThreads = 4;
  constexpr int kEach = 250;
  std::atomic<int> completed{0};
  std::atomic<int> wrong{0};
  LocalEngine& shared = engine();
  std::vector<std::thread> clients;
  for (int t = 0; t < kThreads; ++t) {
    clients.emplace_back([&, t] {
      std::mt19937 random(static_cast<unsigned>(t) + 1);
      for (int i = 0; i < kEach; ++i) {
        Collected one;
        const std::string text(random() % 30 + 1, static_cast<char>('a' + t));
        const auto id = shared.submit(asking(text), one.sink());
        if (!id) {
          --i;
          std::this_thread::yield();
          continue;
        }
        if (random() % 2 == 0) {
          one.wait_for(random() % 12);
          shared.cancel(*id);
        }
        one.wait();
        const auto end = one.finished();
        if (!end || one.endings() != 1 || (end->reason == FinishReason::kEndOfText && one.text() != text) ||
            text.compare(0, one.text().size(), one.text()) != 0) {
          ++wrong;
        }
        ++completed;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(completed, kThreads * kEach);
  EXPECT_EQ(wrong, 0);
  const EngineMetrics metrics = shared.metrics();
  EXPECT_EQ(metrics.finished, kThreads * kEach);
  EXPECT_EQ(metrics.running + metrics.waiting, 0);
  EXPECT_EQ(runner_.prepared_alive, 0);
}

}  // namespace
}  // namespace fovea
