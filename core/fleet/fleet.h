#pragma once

#include "core/api/engine.h"
#include "core/fleet/seating.h"

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
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace fovea {

/// Whether a model is in memory.
enum class ModelState { kUnloaded, kLoading, kLoaded };

/// "unloaded", "loading", "loaded".
std::string_view model_state_name(ModelState state);

/// Loads the model, as load_local_engine() does; called again for each time that it is wanted.
using EngineLoader = std::function<Result<std::unique_ptr<Engine>>(const LoadObserver&)>;

/// One model of a fleet.
struct FleetModel {
  ModelInfo info;                    ///< what is known of it before it is loaded; its name is its own
  std::uint64_t share = 0;           ///< bytes that it takes while in memory, see memory_shares()
  EngineLoader load;                 ///< brings it, within its share
  std::unique_ptr<Engine> loaded{};  ///< as it is in memory already, or null
};

/// What happened to a model.
struct FleetChange {
  enum class Why {
    kAsked,  ///< loaded for a question, or unloaded because nobody wants it any more while it loads
    kHours,  ///< loaded because its hours began
    kIdle,   ///< unloaded because nobody asked for so long
    kRoom,   ///< unloaded because another model needs its place
  };
  std::string model;
  ModelState state = ModelState::kUnloaded;  ///< its new one
  Why why = Why::kAsked;
  std::optional<Error> error;  ///< why loading failed; `state` is then kUnloaded
};

struct FleetOptions {
  /// Bytes that the process may hold; unset: as many as it likes, and models leave only when they are idle.
  std::optional<std::uint64_t> limit;
  /// Of those, what the program itself takes beside its models.
  std::uint64_t program = 0;
  /// Without a request for so long, a model leaves memory; unset: only when another needs its place.
  std::optional<std::chrono::duration<double>> idle_after;
  /// Whether the models are to be in memory now, asked or not, as far as they fit: opening hours. Looked at
  /// once a second, from the fleet's own thread; empty: never.
  std::function<bool()> wanted;
  /// Requests that wait for one model; more are refused with kBusy.
  std::size_t most_waiting = 256;
  /// Told of every change. Called from the fleet's own thread; must not call the fleet.
  std::function<void(const FleetChange&)> on_change;
};

/// A model as it is now.
struct ModelPresence {
  std::string name;
  ModelState state = ModelState::kUnloaded;
  std::uint64_t share = 0;     ///< that it takes, or would take in memory
  std::uint64_t bytes = 0;     ///< that it takes now: its share, or nothing
  std::int64_t answering = 0;  ///< requests that it has
  std::int64_t waiting = 0;    ///< requests that wait for it to have a place
  std::int64_t loads = 0;      ///< since the start, the first included
};

/// Engines for several models of which not all need to be in memory: a request for one that is not brings it
/// in, and who is not asked gives place or, after a while, the memory back. plan_seating() says who; the
/// program and the shares in memory are never above the limit together. One model without a limit is an
/// engine that gives its memory back while nobody asks.
///
/// While a model is not in memory, or has to give its place to one that was asked for before, a request is
/// taken and waits: it is told that it is queued; what it waited is in its `queue` stage and in all its
/// times, so that they count from the submission; its deadline goes on, and it can be cancelled. A preview
/// waits too. model() and scheduling() answer from what was known, metrics() counts on over all loads. If
/// loading fails, those who wait for that model get that error, and the next request tries again. A model
/// that can never fit is refused with kOutOfMemory and the figures.
///
/// One thread of its own loads and unloads, one model at a time, and sends the events of those who wait; all
/// public functions may be called from any thread. One lock guards all state and is never held while an
/// engine, a loader or a sink is called.
class Fleet {
 public:
  /// At most kMostModels. Those that come with `loaded` must fit together.
  Fleet(std::vector<FleetModel> models, FleetOptions options);
  /// Cancels what runs; the engines of at() must not be used any more.
  ~Fleet();
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  std::size_t size() const { return models_.size(); }
  /// The model as an engine; lives as long as the fleet.
  Engine& at(std::size_t model);
  /// In the order in which they were given.
  std::vector<ModelPresence> presence() const;
  /// Unset: none.
  std::optional<std::uint64_t> limit() const { return options_.limit; }
  /// What the program and the models in memory take by plan.
  std::uint64_t planned() const;

 private:
  using Clock = std::chrono::steady_clock;
  class Model;

  struct Request {
    std::shared_ptr<EventSink> sink;
    bool handed = false;             ///< to the engine
    std::optional<RequestId> inner;  ///< as the engine calls it
    bool cancelled = false;
  };
  struct Waiting {
    RequestId id;
    GenerationRequest request;
    Clock::time_point submitted;
    bool told = false;  ///< that it is queued
  };
  /// A use of a loaded engine, which does not leave while there is one.
  class Use;

  // Any thread; `lock` holds the mutex, or is taken.
  Result<RequestId> submit(Model& model, GenerationRequest request, EventSink sink);
  void cancel(Model& model, RequestId id);
  Result<Preview> preview(Model& model, const GenerationRequest& request);
  EngineMetrics metrics(const Model& model) const;
  Result<void> set_scheduling(Model& model, const SchedulingOptions& options);
  std::optional<Error> refusal_of(const Model& model) const;
  SeatingPlan seating() const;
  bool admits(const Model& model) const;
  std::vector<Seat> seats() const;
  Use use_for(Model& model, RequestId id);
  Result<RequestId> hand_over(Model& model, Use use, RequestId id, GenerationRequest request,
                              Clock::time_point submitted);
  /// An event under the caller's name and clock; the last one makes the request forgotten.
  void tell(Model& model, RequestId id, GenerationEvent event, double waited);

  // The thread's own.
  void run();
  bool do_something(std::unique_lock<std::mutex>& lock);
  void wait(std::unique_lock<std::mutex>& lock);
  void load(std::unique_lock<std::mutex>& lock, Model& model);
  void take_in(std::unique_lock<std::mutex>& lock, Model& model, std::unique_ptr<Engine> engine);
  void unload(std::unique_lock<std::mutex>& lock, Model& model, FleetChange::Why why);
  void hand_over_waiting(std::unique_lock<std::mutex>& lock, Model& model);
  /// Whether somebody still wants the model that is being loaded.
  bool asked_for(Model& model);
  /// Of those that wait: who came too late or was cancelled has its last event; who is new is told that it
  /// waits. False if there was nobody to tell; the lock was held all the time then.
  bool look_after_waiting(std::unique_lock<std::mutex>& lock, bool end_all = false);
  void fail_waiting(std::unique_lock<std::mutex>& lock, Model& model, const Error& error);
  void say(std::unique_lock<std::mutex>& lock, const Model& model, FleetChange change) const;

  const FleetOptions options_;
  const std::uint64_t room_;  ///< for models
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<std::unique_ptr<Model>> models_;  ///< the list itself never changes
  RequestId last_id_ = 0;                       ///< also the tickets of plan_seating()
  bool kept_ = false;                           ///< by `wanted`
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace fovea
