#include "core/engine/local_engine.h"

#include "core/api/request_check.h"
#include "core/device/process_memory.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

namespace fovea {

LocalEngine::LocalEngine(std::unique_ptr<ModelRunner> runner)
    : runner_(std::move(runner)),
      loop_(*runner_),
      preparer_([this] { prepare_loop(); }),
      runner_thread_([this] { run_loop(); }) {}

LocalEngine::~LocalEngine() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& [id, sequence] : live_) sequence->cancelled = true;
  }
  changed_.notify_all();
  preparer_.join();
  runner_thread_.join();
}

Result<RequestId> LocalEngine::submit(GenerationRequest request, EventSink sink) {
  if (auto checked = validate(request); !checked) return std::move(checked).error();
  SequencePtr sequence;
  std::int64_t ahead = 0;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return Error{ErrorCode::kEngineFailed, "The engine is shutting down.", "", ""};
    if (waiting_.size() >= kMaxWaiting) {
      return Error{ErrorCode::kBusy,
                   "The queue is full: " + std::to_string(kMaxWaiting) + " questions are waiting.",
                   "Try again when some are answered.", ""};
    }
    sequence = std::make_shared<Sequence>(next_id_++, std::move(request), std::move(sink));
    ahead = static_cast<std::int64_t>(live_.size());
    live_.emplace(sequence->id, sequence);
  }
  const RequestId id = sequence->id;
  sequence->emit(Queued{ahead});
  {
    const std::lock_guard lock(mutex_);
    const auto place = std::find_if(waiting_.begin(), waiting_.end(), [&](const SequencePtr& other) {
      return other->request.priority < sequence->request.priority;
    });
    waiting_.insert(place, std::move(sequence));
  }
  changed_.notify_all();
  return id;
}

void LocalEngine::cancel(RequestId request) {
  {
    const std::lock_guard lock(mutex_);
    const auto it = live_.find(request);
    if (it == live_.end()) return;
    it->second->cancelled = true;
  }
  changed_.notify_all();
}

Result<Preview> LocalEngine::preview(const GenerationRequest& request) {
  if (auto checked = validate(request); !checked) return std::move(checked).error();
  try {
    StageClock clock;
    auto prepared = runner_->prepare(request, clock, [] { return false; });
    if (!prepared) return std::move(prepared).error();
    return Preview{std::move((*prepared)->seen), static_cast<std::int64_t>((*prepared)->prompt_ids.size()),
                   std::move((*prepared)->shown_prompt)};
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kOutOfMemory, "There is not enough memory for these pictures.",
                 "Use smaller ones.", ""};
  } catch (const std::exception&) {
    return Error{ErrorCode::kInternal, "The preview failed.", "Try again, or report it.", ""};
  }
}

EngineMetrics LocalEngine::metrics() const {
  EngineMetrics out;
  out.weights_bytes = runner_->info().weights_bytes;
  out.kv_cache_bytes = runner_->kv_bytes();
  const VisionCacheUse vision = runner_->vision_cache();
  out.vision_cache_bytes = vision.bytes;
  out.vision_cache_hits = vision.hits;
  out.vision_cache_misses = vision.misses;
  const ProcessMemory memory = process_memory();
  out.resident_bytes = memory.resident;
  out.peak_bytes = memory.peak;
  const std::lock_guard lock(mutex_);
  out.running = running_;
  out.waiting = static_cast<std::int64_t>(live_.size()) - running_;
  out.finished = finished_;
  return out;
}

SchedulingOptions LocalEngine::scheduling() const {
  const std::lock_guard lock(mutex_);
  return scheduling_;
}

Result<void> LocalEngine::set_scheduling(const SchedulingOptions& options) {
  if (Result<void> checked = validate(options); !checked) return checked;
  const std::lock_guard lock(mutex_);
  scheduling_ = options.mode == SchedulingMode::kCustom ? options : scheduling_preset(options.mode);
  return {};
}

LocalEngine::SequencePtr LocalEngine::take_first(std::deque<SequencePtr>& queue) {
  SequencePtr first = std::move(queue.front());
  queue.pop_front();
  return first;
}

LocalEngine::SequencePtr LocalEngine::take_cancelled() {
  for (auto* queue : {&waiting_, &ready_}) {
    const auto it =
        std::find_if(queue->begin(), queue->end(), [](const SequencePtr& s) { return s->cancelled.load(); });
    if (it == queue->end()) continue;
    SequencePtr found = std::move(*it);
    queue->erase(it);
    return found;
  }
  return nullptr;
}

void LocalEngine::forget(const SequencePtr& sequence) {
  {
    const std::lock_guard lock(mutex_);
    live_.erase(sequence->id);
    ++finished_;
  }
  changed_.notify_all();
}

void LocalEngine::prepare(Sequence& sequence) {
  sequence.clock.mark(Stage::kQueue);
  try {
    auto prepared =
        runner_->prepare(sequence.request, sequence.clock, [&] { return sequence.cancelled.load(); });
    if (!prepared) return fail_sequence(sequence, std::move(prepared).error());
    sequence.prepared = std::move(prepared).value();
  } catch (const std::bad_alloc&) {
    return fail_sequence(sequence, {ErrorCode::kOutOfMemory, "There is not enough memory for these pictures.",
                                    "Use smaller or fewer pictures.", ""});
  } catch (const std::exception&) {
    return fail_sequence(sequence, {ErrorCode::kInternal, "The engine failed on this question.",
                                    "Ask again, or report it.", ""});
  }
  sequence.metrics.prompt_tokens = static_cast<std::int64_t>(sequence.prepared->prompt_ids.size());
  for (const VisionInput& input : sequence.prepared->seen) sequence.metrics.vision_tokens += input.tokens;
  sequence.emit(Preprocessed{sequence.prepared->seen, sequence.metrics.prompt_tokens});
}

void LocalEngine::prepare_loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (SequencePtr cancelled = take_cancelled()) {
      lock.unlock();
      cancelled->clock.mark(Stage::kQueue);
      finish_sequence(*cancelled, FinishReason::kCancelled, "");
      forget(cancelled);
      lock.lock();
      continue;
    }
    if (!waiting_.empty() && ready_.size() < kMaxPrepared && !stopping_) {
      const SequencePtr sequence = take_first(waiting_);
      lock.unlock();
      prepare(*sequence);
      const bool alive = sequence->prepared != nullptr;
      if (!alive) forget(sequence);
      lock.lock();
      if (alive) {
        ready_.push_back(sequence);
        changed_.notify_all();
      }
      continue;
    }
    if (stopping_ && waiting_.empty() && ready_.empty() && live_.size() == static_cast<std::size_t>(running_))
      return;
    changed_.wait(lock);
  }
}

void LocalEngine::run_loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stopping_ || !ready_.empty(); });
    if (stopping_) return;  // what still waits is cancelled and ended by the preparer
    const SequencePtr sequence = take_first(ready_);
    running_ = 1;
    lock.unlock();
    changed_.notify_all();
    sequence->clock.mark(Stage::kQueue);
    loop_.run(*sequence);
    {
      const std::lock_guard relock(mutex_);
      running_ = 0;
    }
    forget(sequence);
    lock.lock();
  }
}

}  // namespace fovea
