#pragma once

#include "core/api/engine.h"
#include "tests/support/scripted_engine.h"

#include <chrono>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace fovea::test {

/// A synthetic engine that takes real time and tells it truly: 20 ms of reading, then six words, 4 ms each.
class ClockedEngine : public Engine {
 public:
  ~ClockedEngine() override {
    for (std::thread& thread : threads_) thread.join();
  }
  ModelInfo model() const override { return scripted_model(); }
  Result<RequestId> submit(GenerationRequest, EventSink sink) override {
    const std::lock_guard lock(mutex_);
    const RequestId id = threads_.size() + 1;
    threads_.emplace_back([id, sink = std::move(sink)] { answer(id, sink); });
    return id;
  }
  void cancel(RequestId) override {}
  Result<Preview> preview(const GenerationRequest&) override { return Preview{}; }
  EngineMetrics metrics() const override { return {}; }
  SchedulingOptions scheduling() const override { return {}; }
  Result<void> set_scheduling(const SchedulingOptions&) override { return {}; }

 private:
  static void answer(RequestId id, const EventSink& sink) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point begin = Clock::now();
    const auto now = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
    RequestMetrics metrics;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    constexpr int kWords = 6;
    for (int i = 0; i < kWords; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(4));
      const double time = now();
      metrics.stages[i == 0 ? Stage::kPrefill : Stage::kDecode] += time - metrics.stages.total();
      metrics.token_times.push_back(time);
      TextDelta delta;
      delta.text = "word" + std::to_string(i) + " ";
      delta.ids = {i};
      delta.times = {time};
      sink({id, delta});
    }
    metrics.completion_tokens = kWords;
    metrics.prompt_tokens = 10;
    metrics.total_seconds = now();
    metrics.stages[Stage::kDetokenize] = metrics.total_seconds - metrics.stages.total();
    sink({id, Finished{FinishReason::kEndOfText, {}, metrics}});
  }

  std::mutex mutex_;
  std::vector<std::thread> threads_;
};

}  // namespace fovea::test
