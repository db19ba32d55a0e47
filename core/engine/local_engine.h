#pragma once

#include "core/api/question_plan.h"
#include "core/engine/answer_cache.h"
#include "core/engine/guarded_runner.h"
#include "core/engine/model_runner.h"
#include "core/engine/scheduler.h"
#include "core/engine/sequence.h"
#include "core/engine/ttft_calibration.h"
#include "core/output/structured/schema_cache.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <unordered_map>
#include <vector>

namespace fovea {

/// The engine of this process: many requests at once, each with the answer that it would have alone. Two
/// threads of its own: the preparer decodes pictures and builds prompts a little ahead and ends what still
/// waits (cancelled, out of time); the stepping thread does what the scheduler plans, step after step. All
/// public functions may be called from any thread.
///
/// Stages of a request: everything before it comes into the batch is kQueue, apart from its preparation.
/// Then a step or piece of work on pictures that it takes part in counts whole, the other requests' share of
/// it too, as kVision, kPrefill (reading again after a preemption too) or kDecode; one that it has to wait
/// out is kQueue.
///
/// Sinks are called on these two threads, with no lock held. One that blocks holds up all requests for as
/// long as it blocks: who can't take events at once has to store them, drop them or cancel. One that throws
/// has its request cancelled.
class LocalEngine : public Engine, public QuestionPlanner {
 public:
  /// Requests that may wait; one more is refused with kBusy.
  static constexpr std::size_t kMaxWaiting = 256;

  explicit LocalEngine(std::unique_ptr<ModelRunner> runner, const SchedulingOptions& scheduling = {},
                       bool prefix_cache = true, std::int64_t draft_tokens = EngineOptions().draft_tokens,
                       std::uint64_t answer_cache_bytes = 0);
  ~LocalEngine() override;

  ModelInfo model() const override { return runner_->info(); }
  Result<RequestId> submit(GenerationRequest request, EventSink sink) override;
  void cancel(RequestId request) override;
  Result<Preview> preview(const GenerationRequest& request) override;
  Result<QuestionPlan> plan(const GenerationRequest& request) override;
  EngineMetrics metrics() const override;
  SchedulingOptions scheduling() const override;
  Result<void> set_scheduling(const SchedulingOptions& options) override;

  /// Begins a short made-up question with a small picture, so that the first real one has a forecast of its
  /// time; one that comes meanwhile ends it. Returns at once.
  void calibrate();

  SchemaCache::Use schema_cache() const { return schemas_.use(); }

 private:
  using SequencePtr = std::shared_ptr<Sequence>;
  using Clock = std::chrono::steady_clock;

  static Sequence& of(ScheduledRequest& request) { return static_cast<Sequence&>(request); }
  double now() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  /// Waits for a change, or until a time of now(). `lock` holds the mutex.
  void wait_until(std::unique_lock<std::mutex>& lock, double time);
  /// Takes a sequence out of the engine, before its last event is sent. The mutex is held.
  SequencePtr forget(Sequence& sequence, bool spoiled = false);

  Result<RequestId> enter(GenerationRequest request, EventSink sink, bool calibrates);

  // Before a request runs.
  MemoryForecast memory_forecast(const PreparedRequest& prepared, std::int64_t answer) const;
  /// `keys`: of the prompt's tokens, which may have left `prepared` already.
  std::optional<double> ttft_forecast(const PreparedRequest& prepared, std::span<const std::uint64_t> keys,
                                      double preparation_seconds) const;
  AdmissionForecast admission_forecast(const PreparedRequest& prepared) const;
  std::uint64_t fewest_rows() const;
  /// Tokens that the steps of a prompt would read at most if it came now. The mutex is held.
  std::int64_t step_limit() const;
  std::int64_t pixels_for(const PreparedRequest& prepared, std::uint64_t needed, std::uint64_t room) const;
  Result<void> check_room(const PreparedRequest& prepared) const;
  std::uint64_t cached_bytes() const;
  /// Held after loading, keys and values, caches, requests. The mutex is held.
  std::uint64_t planned_bytes() const;
  /// The stepping thread's.
  void drop_caches();

  // The preparer.
  void prepare_loop();
  void prepare_all();
  Result<void> prepare(Sequence& sequence);
  Result<void> recall(Sequence& sequence, std::int64_t room);
  static Result<void> renew(Sequence& sequence, std::unique_ptr<PreparedRequest> prepared);
  Result<std::int64_t> room_for_answer(std::int64_t prompt_tokens) const;
  void forecast(Sequence& sequence, std::int64_t answer_tokens);
  /// A sequence that waits in vain, and why. The mutex is held.
  Sequence* ended_waiting(Error& why);
  double next_deadline() const;

  // The stepping thread.
  void step_loop();
  bool step();
  const StepPlan* next_plan();
  Sequence* ended_running(Error& why);
  void look(Sequence& sequence);
  void read(const StepPlan& plan);
  void deliver(const StepPlan::Part& part, Result<PartLogits> logits);
  Result<std::optional<FinishReason>> advance(Sequence& sequence, const StepPlan::Part& part,
                                              PartLogits logits);
  void remember(Sequence& sequence, FinishReason reason);
  void settle_drafts(Sequence& sequence, std::int64_t read, std::int64_t accepted);
  static void draft(Sequence& sequence);
  void account(const StepPlan& plan);
  void fail(Sequence& sequence, Error error);
  void fail_engine(Error error);

  const std::unique_ptr<ModelRunner> runner_;
  const std::uint64_t block_bytes_;
  const std::int64_t draft_tokens_;
  const MemoryRoom room_;
  AnswerCache answers_;
  SchemaCache schemas_;
  TtftCalibration calibration_;
  const Clock::time_point start_ = Clock::now();
  std::shared_ptr<const TokenBytes> token_bytes_;  // the preparer's, made when a schema first asks for it
  GuardedRunner guarded_;                          // the stepping thread's
  std::vector<StepPart> parts_;                    // the stepping thread's, reused

  mutable std::mutex mutex_;  // guards everything below
  std::condition_variable changed_;
  Scheduler scheduler_;
  std::unordered_map<RequestId, SequencePtr> live_;  // all that are not ended
  RequestId calibrating_ = 0;                        // calibrate()'s question; 0: none was asked
  RequestId next_id_ = 1;
  std::int64_t finished_ = 0;
  std::int64_t refused_ = 0;
  std::int64_t steps_ = 0;
  std::int64_t last_batch_ = 0;
  std::optional<Error> failure_;  // why the engine can't go on
  bool stopping_ = false;

  std::thread preparer_;
  std::thread stepper_;
};

}  // namespace fovea
