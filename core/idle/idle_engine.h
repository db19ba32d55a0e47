#pragma once

#include "core/api/engine.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace fovea {

/// Whether the model is in memory.
enum class IdleState { kLoaded, kUnloaded, kLoading };

struct IdleOptions {
  /// Without a request for so long, the model leaves memory; the next request brings it back. > 0.
  std::chrono::duration<double> after{300.0};
  /// Whether the model is to be in memory now, asked or not: opening hours. Looked at once a second, from the
  /// engine's own thread; empty: never.
  std::function<bool()> wanted = {};
  /// Requests that wait for a model that loads; more are refused with kBusy.
  std::size_t most_waiting = 256;
  /// Told of every change, and why loading failed where it did (the state is then kUnloaded). Called from the
  /// engine's own thread; must not call the engine.
  std::function<void(IdleState, const std::optional<Error>&)> on_state = {};
};

/// Loads the model, as load_local_engine() does; called again for each time that it is wanted.
using EngineLoader = std::function<Result<std::unique_ptr<Engine>>(const LoadObserver&)>;

/// An engine that gives its memory back while nobody asks.
///
/// While the model is not in memory a request is taken and waits for it; what it waited is in its `queue`
/// stage and in all its times, so that they count from the submission, and its deadline goes on. A preview
/// waits for the model too. model() and scheduling() answer from what was known, metrics() counts on over all
/// loads and shows no weights. If loading fails, those who wait get that error, and the next request tries
/// again.
class IdleEngine : public Engine {
 public:
  /// `loaded` is the model as it is in memory now; `load` brings one like it.
  IdleEngine(std::unique_ptr<Engine> loaded, EngineLoader load, IdleOptions options);
  ~IdleEngine() override;
  IdleEngine(const IdleEngine&) = delete;
  IdleEngine& operator=(const IdleEngine&) = delete;

  ModelInfo model() const override;
  Result<RequestId> submit(GenerationRequest request, EventSink sink) override;
  void cancel(RequestId request) override;
  Result<Preview> preview(const GenerationRequest& request) override;
  EngineMetrics metrics() const override;
  SchedulingOptions scheduling() const override;
  Result<void> set_scheduling(const SchedulingOptions& options) override;

 private:
  using Clock = std::chrono::steady_clock;

  struct Request {
    std::shared_ptr<EventSink> sink;
    std::optional<RequestId> inner;  ///< as the engine calls it; none while it waits for one
    bool cancelled = false;
  };
  struct Waiting {
    RequestId id;
    GenerationRequest request;
    Clock::time_point submitted;
  };

  /// Calls to it are made without the lock: it calls back into tell() under locks of its own.
  std::shared_ptr<Engine> engine_now() const;
  Result<RequestId> hand_over(Engine& engine, RequestId id, GenerationRequest request,
                              Clock::time_point submitted);
  /// An event under the caller's name and clock; the last one makes the request forgotten.
  void tell(RequestId id, GenerationEvent event, double waited);

  // The thread's own.
  void run();
  void wait(std::unique_lock<std::mutex>& lock);
  void load();
  void take_in(const std::shared_ptr<Engine>& engine);
  void unload(std::unique_lock<std::mutex>& lock);
  /// Whether somebody still wants the model that is being loaded.
  bool asked_for();
  /// Of those that wait for the model: the ones that were cancelled, or came too late, have their last event.
  void end_some(bool all);
  void fail_waiting(const Error& error);
  void say(IdleState state, const std::optional<Error>& why = std::nullopt) const;

  const EngineLoader load_;
  const IdleOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<Engine> engine_;  ///< null: not in memory
  ModelInfo info_;
  SchedulingOptions scheduling_;
  EngineMetrics counted_;  ///< by the engines that are gone, and by this one without an engine
  std::map<RequestId, Request> requests_;
  std::deque<Waiting> waiting_;
  std::optional<Error> load_error_;
  RequestId last_id_ = 0;
  std::uint64_t tries_ = 0;  ///< loads that ended, one way or the other
  int previews_ = 0;         ///< that wait for the model
  bool kept_ = false;        ///< by `wanted`
  bool given_up_ = false;    ///< the load under way was told to end: nobody wanted it any more
  bool ends_ = false;
  Clock::time_point last_use_ = Clock::now();
  Clock::time_point next_try_{};
  std::thread thread_;
};

}  // namespace fovea
