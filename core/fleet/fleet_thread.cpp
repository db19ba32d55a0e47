// What the fleet's own thread does: loading, unloading, and the events of those who wait.
#include "core/device/heap_policy.h"
#include "core/fleet/carried_over.h"
#include "core/fleet/fleet.h"
#include "core/fleet/fleet_model.h"

#include <algorithm>
#include <variant>

namespace fovea {
namespace {

using Clock = std::chrono::steady_clock;
using Lock = std::unique_lock<std::mutex>;

constexpr std::chrono::seconds kLook{1};        // at `wanted`
constexpr std::chrono::minutes kRetryHours{1};  // after a failed load that nobody asked for
constexpr std::chrono::hours kNothingToDo{1};

double seconds_since(Clock::time_point from) {
  return std::chrono::duration<double>(Clock::now() - from).count();
}

Clock::duration ticks(std::chrono::duration<double> seconds) {
  return std::chrono::duration_cast<Clock::duration>(seconds);
}

Error too_late() {
  return {ErrorCode::kBusy, "The model was not in memory in time for this request.",
          "Ask again, or give it a later deadline.", ""};
}

}  // namespace

void Fleet::say(Lock& lock, const Model& model, FleetChange change) const {
  if (!options_.on_change) return;
  change.model = model.info.name;
  change.state = model.state;
  lock.unlock();
  options_.on_change(change);
  lock.lock();
}

void Fleet::run() {
  Lock lock(mutex_);
  while (!ends_) {
    if (options_.wanted) {
      lock.unlock();
      const bool kept = options_.wanted();
      lock.lock();
      kept_ = kept;
    }
    if (ends_) break;
    if (look_after_waiting(lock) || do_something(lock)) continue;
    wait(lock);
  }
  look_after_waiting(lock, true);
  std::vector<std::unique_ptr<Engine>> engines;
  for (const auto& model : models_) {
    changed_.wait(lock, [&] { return model->uses == 0; });
    engines.push_back(std::move(model->engine));
  }
  lock.unlock();
  // Their destruction, at the end of this function, ends what runs; those events still find this object
  // whole.
}

bool Fleet::do_something(Lock& lock) {
  const SeatingPlan plan = seating();
  for (const auto& model : models_) {
    if (!model->waiting.empty() && model->engine && plan.admitted[model->index]) {
      hand_over_waiting(lock, *model);
      return true;
    }
  }
  if (plan.unload) {
    unload(lock, *models_[*plan.unload], FleetChange::Why::kRoom);
    return true;
  }
  for (const auto& model : models_) {
    const bool idle = options_.idle_after && !kept_ && model->engine && !model->busy() && !model->wanted() &&
                      Clock::now() >= model->last_end + ticks(*options_.idle_after);
    if (!idle) continue;
    unload(lock, *model, FleetChange::Why::kIdle);
    return true;
  }
  if (!plan.load) return false;
  load(lock, *models_[*plan.load]);
  return true;
}

void Fleet::wait(Lock& lock) {
  const Clock::time_point now = Clock::now();
  Clock::time_point until = now + (options_.wanted ? Clock::duration(kLook) : Clock::duration(kNothingToDo));
  for (const auto& model : models_) {
    const bool may_leave =
        options_.idle_after && !kept_ && model->engine && !model->busy() && !model->wanted();
    if (may_leave) until = std::min(until, model->last_end + ticks(*options_.idle_after));
    for (const Waiting& one : model->waiting) {
      const double deadline = one.request.deadline_seconds;
      if (deadline > 0.0)
        until = std::min(until, one.submitted + ticks(std::chrono::duration<double>(deadline)));
    }
  }
  changed_.wait_until(lock, until);
}

void Fleet::load(Lock& lock, Model& model) {
  const FleetChange::Why why = model.wanted() ? FleetChange::Why::kAsked : FleetChange::Why::kHours;
  model.state = ModelState::kLoading;
  say(lock, model, {.model = {}, .why = why, .error = {}});
  lock.unlock();
  Result<std::unique_ptr<Engine>> loaded = model.load([&](const LoadProgress&) { return asked_for(model); });
  if (loaded) {
    lock.lock();
    return take_in(lock, model, std::move(*loaded));
  }
  return_free_heap();
  lock.lock();
  model.state = ModelState::kUnloaded;
  const bool given_up = std::exchange(model.given_up, false);
  // Who came after it was given up is not refused: loading begins anew.
  if (!given_up) fail_waiting(lock, model, loaded.error());
  FleetChange change{.model = {}, .why = why, .error = {}};
  if (!given_up) change.error = loaded.error();
  say(lock, model, std::move(change));
}

void Fleet::take_in(Lock& lock, Model& model, std::unique_ptr<Engine> engine) {
  const SchedulingOptions scheduling = model.scheduling_now;
  lock.unlock();
  // It was validated when it was set, so another engine of the same kind takes it.
  static_cast<void>(engine->set_scheduling(scheduling));
  ModelInfo info = engine->model();
  lock.lock();
  model.info = std::move(info);
  model.engine = std::move(engine);
  model.state = ModelState::kLoaded;
  model.load_error.reset();
  model.given_up = false;
  model.next_try = {};
  ++model.loads;
  model.last_end = Clock::now();
  changed_.notify_all();
  say(lock, model, {.model = {}, .error = {}});
}

void Fleet::hand_over_waiting(Lock& lock, Model& model) {
  std::deque<Waiting> waiting;
  waiting.swap(model.waiting);
  for (Waiting& one : waiting) {
    const std::shared_ptr<EventSink> sink = model.requests.at(one.id).sink;
    Use use = use_for(model, one.id);
    lock.unlock();
    const double waited = seconds_since(one.submitted);
    if (one.request.deadline_seconds > 0.0)
      one.request.deadline_seconds = std::max(1e-3, one.request.deadline_seconds - waited);
    const Result<RequestId> taken =
        hand_over(model, std::move(use), one.id, std::move(one.request), one.submitted);
    if (!taken) {
      // It was taken here, so that a refusal by the engine is an event and no result.
      GenerationEvent event{one.id, Failed{taken.error(), {}}};
      delay(event, waited);
      (*sink)(std::move(event));
    }
    lock.lock();
  }
}

void Fleet::unload(Lock& lock, Model& model, FleetChange::Why why) {
  EngineMetrics counts;
  {
    const Use use(*this, model);
    lock.unlock();
    counts = use.engine().metrics();
  }
  lock.lock();
  const bool stays = model.busy() || ends_ ||
                     (why == FleetChange::Why::kRoom ? !seating().leaving[model.index] : model.wanted());
  if (stays) return;
  std::unique_ptr<Engine> engine = std::move(model.engine);
  add_counts(model.counted, counts);
  lock.unlock();
  engine.reset();
  return_free_heap();
  lock.lock();
  model.state = ModelState::kUnloaded;
  say(lock, model, {.model = {}, .why = why, .error = {}});
}

bool Fleet::asked_for(Model& model) {
  Lock lock(mutex_);
  look_after_waiting(lock);
  const bool kept = kept_ && !seating().leaving[model.index];
  model.given_up = ends_ || !(model.wanted() || kept);
  return !model.given_up;
}

bool Fleet::look_after_waiting(Lock& lock, bool end_all) {
  struct Told {
    Model& model;
    GenerationEvent event;
    double waited;
  };
  std::vector<Told> told;
  for (const auto& model : models_) {
    std::deque<Waiting> rest;
    for (Waiting& one : model->waiting) {
      const double waited = seconds_since(one.submitted);
      const bool cancelled = end_all || model->requests.at(one.id).cancelled;
      const double deadline = one.request.deadline_seconds;
      if (cancelled) {
        ++model->counted.finished;
        told.push_back({*model, {one.id, Finished{FinishReason::kCancelled, {}, {}}}, waited});
      } else if (deadline > 0.0 && waited >= deadline) {
        ++model->counted.refused;
        told.push_back({*model, {one.id, Failed{too_late(), {}}}, waited});
      } else {
        if (!std::exchange(one.told, true))
          told.push_back({*model, {one.id, Queued{std::ssize(rest)}}, waited});
        rest.push_back(std::move(one));
      }
    }
    model->waiting = std::move(rest);
  }
  if (told.empty()) return false;
  lock.unlock();
  for (Told& one : told) tell(one.model, one.event.request, std::move(one.event), one.waited);
  lock.lock();
  return true;
}

void Fleet::fail_waiting(Lock& lock, Model& model, const Error& error) {
  std::deque<Waiting> failed;
  failed.swap(model.waiting);
  model.counted.finished += std::ssize(failed);
  model.load_error = error;
  ++model.failures;
  model.next_try = Clock::now() + kRetryHours;
  lock.unlock();
  changed_.notify_all();
  for (const Waiting& one : failed)
    tell(model, one.id, {one.id, Failed{error, {}}}, seconds_since(one.submitted));
  lock.lock();
}

}  // namespace fovea
