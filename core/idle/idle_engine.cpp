#include "core/idle/idle_engine.h"

#include "core/api/request_check.h"
#include "core/device/process_memory.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace fovea {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLook{1};  // at `wanted`

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

Error too_late() {
  return {ErrorCode::kBusy, "The model was not in memory in time for this request.",
          "Ask again, or give it a later deadline.", ""};
}

/// What an engine counted since its start, added to what those before it counted.
void add_counts(EngineMetrics& sum, const EngineMetrics& more) {
  sum.finished += more.finished;
  sum.refused += more.refused;
  sum.preemptions += more.preemptions;
  sum.steps += more.steps;
  sum.prefix_tokens_reused += more.prefix_tokens_reused;
  sum.prefix_tokens_read += more.prefix_tokens_read;
  sum.vision_cache_hits += more.vision_cache_hits;
  sum.vision_cache_misses += more.vision_cache_misses;
  sum.answer_cache_hits += more.answer_cache_hits;
  sum.answer_cache_misses += more.answer_cache_misses;
  sum.peak_bytes = std::max(sum.peak_bytes, more.peak_bytes);
}

/// Moves an answer's times to the moment of its submission, `seconds` before the engine was handed it.
void delay(RequestMetrics& metrics, double seconds) {
  for (double& time : metrics.token_times) time += seconds;
  metrics.total_seconds += seconds;
  metrics.stages[Stage::kQueue] += seconds;
}

}  // namespace

class IdleEngine::Own {
 public:
  Own(std::unique_ptr<Engine> loaded, EngineLoader load, IdleOptions options)
      : load_(std::move(load)),
        options_(std::move(options)),
        engine_(std::move(loaded)),
        info_(engine_->model()),
        scheduling_(engine_->scheduling()),
        thread_([this] { run(); }) {}

  ~Own() {
    {
      const std::lock_guard lock(mutex_);
      ends_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  ModelInfo model() const {
    const std::lock_guard lock(mutex_);
    return info_;
  }

  SchedulingOptions scheduling() const {
    const std::lock_guard lock(mutex_);
    return scheduling_;
  }

  Result<void> set_scheduling(const SchedulingOptions& options) {
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

  Result<RequestId> submit(GenerationRequest request, EventSink sink) {
    std::unique_lock lock(mutex_);
    const RequestId id = ++last_id_;
    if (engine_) {
      Request& own = requests_[id];
      own.sink = std::make_shared<EventSink>(std::move(sink));
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

  void cancel(RequestId id) {
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

  Result<Preview> preview(const GenerationRequest& request) {
    std::shared_ptr<Engine> engine;
    {
      std::unique_lock lock(mutex_);
      if (!engine_) {
        ++previews_;
        const std::uint64_t tries = tries_;
        changed_.notify_all();
        changed_.wait(lock, [&] { return engine_ || ends_ || tries_ != tries; });
        --previews_;
        if (!engine_)
          return load_error_.value_or(
              Error{ErrorCode::kCancelled, "The model was not loaded.", "Ask again.", ""});
      }
      engine = engine_;
      last_use_ = Clock::now();
    }
    return engine->preview(request);
  }

  EngineMetrics metrics() const {
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

 private:
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
  std::shared_ptr<Engine> engine_now() const {
    const std::lock_guard lock(mutex_);
    return engine_;
  }

  /// Its events under the caller's name and clock; the last one makes it forgotten.
  void tell(RequestId id, GenerationEvent event, double waited) {
    event.request = id;
    if (auto* delta = std::get_if<TextDelta>(&event.what)) {
      for (double& time : delta->times) time += waited;
    } else if (auto* finished = std::get_if<Finished>(&event.what)) {
      delay(finished->metrics, waited);
    } else if (auto* failed = std::get_if<Failed>(&event.what)) {
      delay(failed->metrics, waited);
    }
    const bool last =
        std::holds_alternative<Finished>(event.what) || std::holds_alternative<Failed>(event.what);
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

  Result<RequestId> hand_over(Engine& engine, RequestId id, GenerationRequest request,
                              Clock::time_point submitted) {
    const double waited = seconds_between(submitted, Clock::now());
    Result<RequestId> inner = engine.submit(std::move(request), [this, id, waited](GenerationEvent event) {
      tell(id, std::move(event), waited);
    });
    bool cancelled = false;
    {
      const std::lock_guard lock(mutex_);
      const auto found = requests_.find(id);
      if (!inner) {
        if (found != requests_.end()) requests_.erase(found);
        last_use_ = Clock::now();
      } else if (found != requests_.end()) {
        found->second.inner = *inner;
        cancelled = found->second.cancelled;
      }
    }
    if (!inner) return inner.error();
    if (cancelled) engine.cancel(*inner);
    return id;
  }

  bool wanted() const { return options_.wanted && options_.wanted(); }

  void say(IdleState state, const std::optional<Error>& why = std::nullopt) const {
    if (options_.on_state) options_.on_state(state, why);
  }

  /// Of those that wait for the model: the ones that were cancelled, or came too late, have their last event.
  void end_some(bool all) {
    std::vector<std::pair<Waiting, bool>> ended;
    {
      const std::lock_guard lock(mutex_);
      const Clock::time_point now = Clock::now();
      std::deque<Waiting> rest;
      for (Waiting& one : waiting_) {
        const bool cancelled = all || requests_[one.id].cancelled;
        const double deadline = one.request.deadline_seconds;
        const bool late = deadline > 0.0 && seconds_between(one.submitted, now) > deadline;
        if (cancelled || late) {
          (cancelled ? counted_.finished : counted_.refused) += 1;
          ended.emplace_back(std::move(one), cancelled);
        } else {
          rest.push_back(std::move(one));
        }
      }
      waiting_ = std::move(rest);
    }
    for (const auto& [one, cancelled] : ended) {
      const double waited = seconds_between(one.submitted, Clock::now());
      if (cancelled) {
        tell(one.id, {one.id, Finished{FinishReason::kCancelled, {}, {}}}, waited);
      } else {
        tell(one.id, {one.id, Failed{too_late(), {}}}, waited);
      }
    }
  }

  void fail_waiting(const Error& error) {
    std::deque<Waiting> failed;
    {
      const std::lock_guard lock(mutex_);
      failed.swap(waiting_);
      counted_.finished += std::ssize(failed);
      load_error_ = error;
      ++tries_;
    }
    changed_.notify_all();
    for (const Waiting& one : failed)
      tell(one.id, {one.id, Failed{error, {}}}, seconds_between(one.submitted, Clock::now()));
  }

  /// Whether somebody still wants the model that is being loaded.
  bool asked_for() {
    end_some(false);
    const std::lock_guard lock(mutex_);
    given_up_ = ends_ || (waiting_.empty() && previews_ == 0 && !kept_);
    return !given_up_;
  }

  void load() {
    say(IdleState::kLoading);
    Result<std::unique_ptr<Engine>> loaded = load_([this](const LoadProgress&) { return asked_for(); });
    if (!loaded) {
      bool given_up = false;
      {
        const std::lock_guard lock(mutex_);
        given_up = std::exchange(given_up_, false);
      }
      // Who came after it was given up is not refused: loading begins anew.
      if (!given_up) fail_waiting(loaded.error());
      say(IdleState::kUnloaded, given_up ? std::nullopt : std::optional<Error>(loaded.error()));
      return;
    }
    const std::shared_ptr<Engine> engine = std::move(*loaded);
    std::deque<Waiting> waiting;
    {
      const std::lock_guard lock(mutex_);
      // Validated when it was set, so that another engine of the same kind takes it.
      static_cast<void>(engine->set_scheduling(scheduling_));
      info_ = engine->model();
      engine_ = engine;
      load_error_.reset();
      ++tries_;
      last_use_ = Clock::now();
      waiting.swap(waiting_);
    }
    changed_.notify_all();
    say(IdleState::kLoaded);
    for (Waiting& one : waiting) {
      const double waited = seconds_between(one.submitted, Clock::now());
      if (one.request.deadline_seconds > 0.0) {
        one.request.deadline_seconds = std::max(1e-3, one.request.deadline_seconds - waited);
      }
      const RequestId id = one.id;
      std::shared_ptr<EventSink> sink;
      {
        const std::lock_guard lock(mutex_);
        if (const auto found = requests_.find(id); found != requests_.end()) sink = found->second.sink;
      }
      Result<RequestId> taken = hand_over(*engine, id, std::move(one.request), one.submitted);
      // It was taken here, so that a refusal by the engine is an event and no result.
      if (!taken && sink) {
        RequestMetrics metrics;
        delay(metrics, waited);
        (*sink)({id, Failed{taken.error(), metrics}});
      }
    }
  }

  void unload(std::unique_lock<std::mutex>& lock) {
    std::shared_ptr<Engine> engine = engine_;
    lock.unlock();
    const EngineMetrics counts = engine->metrics();
    lock.lock();
    if (!requests_.empty() || ends_) return;
    engine_.reset();
    add_counts(counted_, counts);
    lock.unlock();
    engine.reset();
    say(IdleState::kUnloaded);
    lock.lock();
  }

  void run() {
    std::unique_lock lock(mutex_);
    while (!ends_) {
      lock.unlock();
      const bool kept = wanted();
      lock.lock();
      kept_ = kept;
      if (ends_) break;
      if (!engine_) {
        const bool retries = kept && Clock::now() >= next_try_;
        if (!waiting_.empty() || previews_ > 0 || retries) {
          next_try_ = Clock::now() + std::chrono::minutes(1);  // of hours; whoever asks tries at once
          lock.unlock();
          load();
          lock.lock();
          continue;
        }
      } else if (!kept && requests_.empty() &&
                 Clock::now() >= last_use_ + std::chrono::duration_cast<Clock::duration>(options_.after)) {
        unload(lock);
        continue;
      }
      wait(lock);
    }
    lock.unlock();
    end_some(true);
    lock.lock();
    const std::shared_ptr<Engine> engine = std::move(engine_);
    engine_.reset();
    lock.unlock();
    changed_.notify_all();
    // Its destruction ends what runs; those events still find this object whole.
  }

  void wait(std::unique_lock<std::mutex>& lock) {
    Clock::time_point until =
        Clock::now() + (options_.wanted ? Clock::duration(kLook) : std::chrono::hours(1));
    if (engine_ && requests_.empty())
      until = std::min(until, last_use_ + std::chrono::duration_cast<Clock::duration>(options_.after));
    changed_.wait_until(lock, std::max(until, Clock::now() + std::chrono::milliseconds(1)));
  }

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

IdleEngine::IdleEngine(std::unique_ptr<Engine> loaded, EngineLoader load, IdleOptions options)
    : own_(std::make_unique<Own>(std::move(loaded), std::move(load), std::move(options))) {}

IdleEngine::~IdleEngine() = default;

ModelInfo IdleEngine::model() const {
  return own_->model();
}

Result<RequestId> IdleEngine::submit(GenerationRequest request, EventSink sink) {
  return own_->submit(std::move(request), std::move(sink));
}

void IdleEngine::cancel(RequestId request) {
  own_->cancel(request);
}

Result<Preview> IdleEngine::preview(const GenerationRequest& request) {
  return own_->preview(request);
}

EngineMetrics IdleEngine::metrics() const {
  return own_->metrics();
}

SchedulingOptions IdleEngine::scheduling() const {
  return own_->scheduling();
}

Result<void> IdleEngine::set_scheduling(const SchedulingOptions& options) {
  return own_->set_scheduling(options);
}

}  // namespace fovea
