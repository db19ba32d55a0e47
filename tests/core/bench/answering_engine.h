#pragma once

#include "core/api/engine.h"
#include "tests/support/scripted_engine.h"

#include <functional>
#include <string>
#include <utility>

namespace fovea::bench {

/// A synthetic engine that answers each request with what a function says, before submit() returns.
class AnsweringEngine : public Engine {
 public:
  struct Reply {
    std::string text;
    RequestMetrics metrics;
    std::optional<Error> error;
  };
  using Function = std::function<Reply(const GenerationRequest&)>;

  explicit AnsweringEngine(Function function, ModelInfo model = test::scripted_model())
      : function_(std::move(function)), model_(std::move(model)) {}

  ModelInfo model() const override { return model_; }
  Result<RequestId> submit(GenerationRequest request, EventSink sink) override {
    Reply reply = function_(request);
    ++id_;
    TextDelta delta;
    delta.text = reply.text;
    sink({id_, delta});
    counters.steps += reply.metrics.completion_tokens;
    if (reply.error) {
      sink({id_, Failed{*reply.error, reply.metrics}});
    } else {
      sink({id_, Finished{FinishReason::kEndOfText, {}, reply.metrics}});
    }
    return id_;
  }
  void cancel(RequestId) override {}
  Result<Preview> preview(const GenerationRequest&) override { return Preview{}; }
  EngineMetrics metrics() const override { return counters; }
  SchedulingOptions scheduling() const override { return options; }
  Result<void> set_scheduling(const SchedulingOptions& wanted) override {
    options = wanted;
    return {};
  }

  EngineMetrics counters;
  SchedulingOptions options;

 private:
  Function function_;
  ModelInfo model_;
  RequestId id_ = 0;
};

/// Metrics of an answer that took so long, with `tokens` tokens evenly spaced.
inline RequestMetrics took(double seconds, int tokens = 5) {
  RequestMetrics metrics;
  metrics.completion_tokens = tokens;
  metrics.prompt_tokens = 10;
  metrics.total_seconds = seconds;
  metrics.stages[Stage::kDecode] = seconds;
  for (int i = 1; i <= tokens; ++i) metrics.token_times.push_back(seconds * i / tokens);
  return metrics;
}

}  // namespace fovea::bench
