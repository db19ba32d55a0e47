#include "core/idle/idle_engine.h"

#include "core/api/request_check.h"
#include "core/device/process_memory.h"
#include "core/idle/carried_over.h"

#include <algorithm>
#include <utility>

namespace fovea {

IdleEngine::IdleEngine(std::unique_ptr<Engine> loaded, EngineLoader load, IdleOptions options)
    : load_(std::move(load)),
      options_(std::move(options)),
      engine_(std::move(loaded)),
      info_(engine_->model()),
      scheduling_(engine_->scheduling()),
      thread_([this] { run(); }) {}

IdleEngine::~IdleEngine() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::shared_ptr<Engine> IdleEngine::engine_now() const {
  const std::lock_guard lock(mutex_);
  return engine_;
}

ModelInfo IdleEngine::model() const {
  const std::lock_guard lock(mutex_);
  return info_;
}

SchedulingOptions IdleEngine::scheduling() const {
  const std::lock_guard lock(mutex_);
  return scheduling_;
}

Result<void> IdleEngine::set_scheduling(const SchedulingOptions& options) {
  if (Result<void> fine = validate(options); !fine) return fine;
  SchedulingOptions now = options;
  if (const std::shared_ptr<Engine> engine = engine_now()) {
    if (Result<void> set = engine->set_scheduling(options); !set) return set;
    now = engine->scheduling();
  }
  const std::lock_guard lock(mutex_);
  scheduling_ = now;
  return {};
}

Result<RequestId> IdleEngine::submit(GenerationRequest request, EventSink sink) {
  std::unique_lock lock(mutex_);
  const RequestId id = ++last_id_;
  if (engine_) {
    requests_[id].sink = std::make_shared<EventSink>(std::move(sink));
    const std::shared_ptr<Engine> engine = engine_;
    lock.unlock();
    return hand_over(*engine, id, std::move(request), Clock::now());
  }
  if (waiting_.size() >= options_.most_waiting) {
    ++counted_.refused;
    return Error{ErrorCode::kBusy, "Too many requests wait for the model to load.", "Ask again in a while.",
                 ""};
  }
  requests_[id].sink = std::make_shared<EventSink>(std::move(sink));
  waiting_.push_back({id, std::move(request), Clock::now()});
  lock.unlock();
  changed_.notify_all();
  return id;
}

Result<RequestId> IdleEngine::hand_over(Engine& engine, RequestId id, GenerationRequest request,
                                        Clock::time_point submitted) {
  const double waited = std::chrono::duration<double>(Clock::now() - submitted).count();
  Result<RequestId> inner = engine.submit(
      std::move(request), [this, id, waited](GenerationEvent event) { tell(id, std::move(event), waited); });
  bool cancelled = false;
  {
    const std::lock_guard lock(mutex_);
    const auto found = requests_.find(id);
    if (!inner) {
      if (found != requests_.end()) requests_.erase(found);
      last_use_ = Clock::now();
    } else if (found != requests_.end()) {  // else it ended already
      found->second.inner = *inner;
      cancelled = found->second.cancelled;
    }
  }
  if (!inner) return inner.error();
  if (cancelled) engine.cancel(*inner);
  return id;
}

void IdleEngine::tell(RequestId id, GenerationEvent event, double waited) {
  event.request = id;
  delay(event, waited);
  const bool last = event.last();
  std::shared_ptr<EventSink> sink;
  {
    const std::lock_guard lock(mutex_);
    const auto found = requests_.find(id);
    if (found == requests_.end()) return;
    sink = found->second.sink;
    if (last) {
      requests_.erase(found);
      last_use_ = Clock::now();
    }
  }
  (*sink)(std::move(event));
  if (last) changed_.notify_all();
}

void IdleEngine::cancel(RequestId id) {
  std::shared_ptr<Engine> engine;
  RequestId inner = 0;
  {
    const std::lock_guard lock(mutex_);
    const auto found = requests_.find(id);
    if (found == requests_.end()) return;
    found->second.cancelled = true;
    if (found->second.inner) {
      engine = engine_;
      inner = *found->second.inner;
    }
  }
  if (engine) engine->cancel(inner);
  changed_.notify_all();
}

Result<Preview> IdleEngine::preview(const GenerationRequest& request) {
  std::shared_ptr<Engine> engine;
  {
    std::unique_lock lock(mutex_);
    if (!engine_) {
      ++previews_;
      const std::uint64_t tries = tries_;
      changed_.notify_all();
      changed_.wait(lock, [&] { return engine_ || ends_ || tries_ != tries; });
      --previews_;
      if (!engine_) {
        return load_error_.value_or(
            Error{ErrorCode::kCancelled, "The model was not loaded.", "Ask again.", ""});
      }
    }
    engine = engine_;
    last_use_ = Clock::now();
  }
  return engine->preview(request);
}

EngineMetrics IdleEngine::metrics() const {
  std::shared_ptr<Engine> engine;
  EngineMetrics counted;
  {
    const std::lock_guard lock(mutex_);
    engine = engine_;
    counted = counted_;
    counted.waiting = std::ssize(waiting_);
  }
  if (engine) {
    EngineMetrics metrics = engine->metrics();
    add_counts(metrics, counted);
    return metrics;
  }
  const ProcessMemory memory = process_memory();
  counted.resident_bytes = memory.resident;
  counted.peak_bytes = std::max(counted.peak_bytes, memory.peak);
  return counted;
}

}  // namespace fovea
