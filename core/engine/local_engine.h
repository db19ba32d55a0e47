#pragma once

#include "core/api/engine.h"
#include "core/engine/answer_loop.h"
#include "core/engine/model_runner.h"
#include "core/engine/sequence.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

namespace fovea {

/// The engine of this process. Two threads of its own: the preparer decodes pictures and builds prompts a
/// little ahead, the runner carries one sequence after the other through the model. Higher priority goes
/// first, then first come first served. All public functions may be called from any thread.
class LocalEngine : public Engine {
 public:
  /// Requests that may wait; one more is refused with kBusy.
  static constexpr std::size_t kMaxWaiting = 256;
  /// Requests that are made ready ahead of the runner: their pixels take memory.
  static constexpr std::size_t kMaxPrepared = 2;

  explicit LocalEngine(std::unique_ptr<ModelRunner> runner);
  ~LocalEngine() override;

  ModelInfo model() const override { return runner_->info(); }
  Result<RequestId> submit(GenerationRequest request, EventSink sink) override;
  void cancel(RequestId request) override;
  Result<Preview> preview(const GenerationRequest& request) override;
  EngineMetrics metrics() const override;
  SchedulingOptions scheduling() const override;
  Result<void> set_scheduling(const SchedulingOptions& options) override;

 private:
  using SequencePtr = std::shared_ptr<Sequence>;

  void prepare_loop();
  void run_loop();
  void prepare(Sequence& sequence);
  /// Takes the next sequence out of a queue; `lock` is held.
  static SequencePtr take_first(std::deque<SequencePtr>& queue);
  /// Removes and returns a cancelled sequence that still waits; null if there is none.
  SequencePtr take_cancelled();
  void forget(const SequencePtr& sequence);

  const std::unique_ptr<ModelRunner> runner_;
  AnswerLoop loop_;

  mutable std::mutex mutex_;  // guards everything below
  std::condition_variable changed_;
  std::deque<SequencePtr> waiting_;                  // to be prepared, in the order they will be
  std::deque<SequencePtr> ready_;                    // to be run
  std::unordered_map<RequestId, SequencePtr> live_;  // all that have not had their last event
  RequestId next_id_ = 1;
  std::int64_t finished_ = 0;
  std::int64_t running_ = 0;
  bool stopping_ = false;
  SchedulingOptions scheduling_;

  std::thread preparer_;
  std::thread runner_thread_;
};

}  // namespace fovea
