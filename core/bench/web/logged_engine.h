#pragma once

#include "core/api/engine.h"

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

namespace fovea::bench {

/// An engine in front of another that makes all who ask alike and notes what it did. Whatever way a question
/// came, it is answered greedily with at most so many tokens, so that answers over different paths are the
/// same work. Any thread; the other engine must outlive it.
class LoggedEngine : public Engine {
 public:
  using Clock = std::chrono::steady_clock;

  /// An answer that ended.
  struct Entry {
    Clock::time_point submitted;
    RequestMetrics metrics;
  };

  LoggedEngine(Engine& engine, int new_tokens)
      : engine_(engine), new_tokens_(new_tokens), log_(std::make_shared<Log>()) {}

  /// The entry of the answer with these figures, as the server told them: nanoseconds of a clock. Two answers
  /// of a hundred share one of them (a timer's wakings lie within tens of microseconds); both, none. The
  /// entry is forgotten here.
  std::optional<Entry> take(double ttft_seconds, double tpot_seconds);

  ModelInfo model() const override { return engine_.model(); }
  Result<RequestId> submit(GenerationRequest request, EventSink sink) override;
  void cancel(RequestId request) override { engine_.cancel(request); }
  Result<Preview> preview(const GenerationRequest& request) override { return engine_.preview(request); }
  EngineMetrics metrics() const override { return engine_.metrics(); }
  SchedulingOptions scheduling() const override { return engine_.scheduling(); }
  Result<void> set_scheduling(const SchedulingOptions& options) override {
    return engine_.set_scheduling(options);
  }

 private:
  /// With the sinks, which may outlive this by a moment.
  struct Log {
    std::mutex mutex;
    std::deque<Entry> entries;
  };

  Engine& engine_;
  const int new_tokens_;
  std::shared_ptr<Log> log_;
};

}  // namespace fovea::bench
