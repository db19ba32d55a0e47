#pragma once

#include "core/fleet/fleet.h"

namespace fovea {

/// A model of the fleet, with an engine's face. What is below `load` is guarded by the fleet's mutex.
class Fleet::Model final : public Engine {
 public:
  Model(Fleet& owner, std::size_t place, FleetModel given);

  ModelInfo model() const override;
  Result<RequestId> submit(GenerationRequest request, EventSink sink) override;
  void cancel(RequestId request) override;
  Result<Preview> preview(const GenerationRequest& request) override;
  EngineMetrics metrics() const override;
  SchedulingOptions scheduling() const override;
  Result<void> set_scheduling(const SchedulingOptions& options) override;

  /// Whether somebody uses it at this moment.
  bool busy() const { return handed > 0 || uses > 0; }
  /// Whether somebody waits for it.
  bool wanted() const { return !waiting.empty() || !previews.empty(); }

  Fleet& fleet;
  const std::size_t index;
  const std::uint64_t share;
  const EngineLoader load;

  std::unique_ptr<Engine> engine;  ///< null: not to be used; changes only while there are no uses
  ModelInfo info;
  SchedulingOptions scheduling_now;
  ModelState state;
  std::int64_t loads;
  EngineMetrics counted;  ///< by its engines that are gone, and by this one without an engine
  std::map<RequestId, Request> requests;
  std::deque<Waiting> waiting;
  std::set<RequestId> previews;  ///< tickets of those that wait
  std::optional<Error> load_error;
  std::uint64_t failures = 0;  ///< loads that failed
  mutable int uses = 0;
  std::int64_t handed = 0;     ///< requests that the engine has
  std::uint64_t last_use = 0;  ///< a ticket
  bool given_up = false;       ///< the load under way was told to end: nobody wants it any more
  Clock::time_point last_end = Clock::now();
  Clock::time_point next_try{};  ///< of a load for which nobody asks
};

class Fleet::Use {
 public:
  /// The fleet's mutex is held, and the engine is there.
  Use(const Fleet& fleet, const Model& model) : fleet_(&fleet), model_(&model) { ++model.uses; }
  Use(Use&& other) noexcept : fleet_(std::exchange(other.fleet_, nullptr)), model_(other.model_) {}
  Use& operator=(Use&&) = delete;
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  ~Use() {
    if (fleet_ == nullptr) return;
    {
      const std::lock_guard lock(fleet_->mutex_);
      if (--model_->uses > 0) return;
    }
    fleet_->changed_.notify_all();
  }

  /// To be called without the mutex.
  Engine& engine() const { return *model_->engine; }

 private:
  const Fleet* fleet_;
  const Model* model_;
};

}  // namespace fovea
