#pragma once

#include "core/api/engine.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

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
  class Own;
  std::unique_ptr<Own> own_;
};

}  // namespace fovea
