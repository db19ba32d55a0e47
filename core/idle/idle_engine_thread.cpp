// What IdleEngine's own thread does: loading, unloading, and the last events of those who wait in vain.
#include "core/idle/carried_over.h"
#include "core/idle/idle_engine.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace fovea {
namespace {

using Clock = std::chrono::steady_clock;

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

void IdleEngine::say(IdleState state, const std::optional<Error>& why) const {
  if (options_.on_state) options_.on_state(state, why);
}

void IdleEngine::run() {
  std::unique_lock lock(mutex_);
  while (!ends_) {
    lock.unlock();
    const bool kept = options_.wanted && options_.wanted();
    lock.lock();
    kept_ = kept;
    if (ends_) break;
    if (!engine_) {
      if (!waiting_.empty() || previews_ > 0 || (kept && Clock::now() >= next_try_)) {
        next_try_ = Clock::now() + kRetryHours;
        lock.unlock();
        load();
        lock.lock();
        continue;
      }
    } else if (!kept && requests_.empty() && Clock::now() >= last_use_ + ticks(options_.after)) {
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
  // Its destruction, at the end of this function, ends what runs; those events still find this object whole.
}

void IdleEngine::wait(std::unique_lock<std::mutex>& lock) {
  const Clock::time_point now = Clock::now();
  Clock::time_point until = now + (options_.wanted ? Clock::duration(kLook) : Clock::duration(kNothingToDo));
  if (engine_ && requests_.empty()) until = std::min(until, last_use_ + ticks(options_.after));
  // In opening hours the idle time may be over long since.
  changed_.wait_until(lock, kept_ ? now + kLook : until);
}

void IdleEngine::load() {
  say(IdleState::kLoading);
  Result<std::unique_ptr<Engine>> loaded = load_([this](const LoadProgress&) { return asked_for(); });
  if (loaded) return take_in(std::move(*loaded));
  bool given_up = false;
  {
    const std::lock_guard lock(mutex_);
    given_up = std::exchange(given_up_, false);
  }
  // Who came after it was given up is not refused: loading begins anew.
  if (!given_up) fail_waiting(loaded.error());
  say(IdleState::kUnloaded, given_up ? std::nullopt : std::optional<Error>(loaded.error()));
}

void IdleEngine::take_in(const std::shared_ptr<Engine>& engine) {
  std::deque<Waiting> waiting;
  {
    const std::lock_guard lock(mutex_);
    // It was validated when it was set, so another engine of the same kind takes it.
    static_cast<void>(engine->set_scheduling(scheduling_));
    info_ = engine->model();
    engine_ = engine;
    load_error_.reset();
    given_up_ = false;
    ++tries_;
    last_use_ = Clock::now();
    waiting.swap(waiting_);
  }
  changed_.notify_all();
  say(IdleState::kLoaded);
  for (Waiting& one : waiting) {
    const double waited = seconds_since(one.submitted);
    if (one.request.deadline_seconds > 0.0)
      one.request.deadline_seconds = std::max(1e-3, one.request.deadline_seconds - waited);
    std::shared_ptr<EventSink> sink;
    {
      const std::lock_guard lock(mutex_);
      if (const auto found = requests_.find(one.id); found != requests_.end()) sink = found->second.sink;
    }
    const Result<RequestId> taken = hand_over(*engine, one.id, std::move(one.request), one.submitted);
    if (taken || !sink) continue;
    // It was taken here, so that a refusal by the engine is an event and no result.
    GenerationEvent event{one.id, Failed{taken.error(), {}}};
    delay(event, waited);
    (*sink)(std::move(event));
  }
}

void IdleEngine::unload(std::unique_lock<std::mutex>& lock) {
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

bool IdleEngine::asked_for() {
  end_some(false);
  const std::lock_guard lock(mutex_);
  given_up_ = ends_ || (waiting_.empty() && previews_ == 0 && !kept_);
  return !given_up_;
}

void IdleEngine::end_some(bool all) {
  std::vector<std::pair<Waiting, bool>> ended;
  {
    const std::lock_guard lock(mutex_);
    std::deque<Waiting> rest;
    for (Waiting& one : waiting_) {
      const bool cancelled = all || requests_[one.id].cancelled;
      const double deadline = one.request.deadline_seconds;
      if (cancelled || (deadline > 0.0 && seconds_since(one.submitted) > deadline)) {
        (cancelled ? counted_.finished : counted_.refused) += 1;
        ended.emplace_back(std::move(one), cancelled);
      } else {
        rest.push_back(std::move(one));
      }
    }
    waiting_ = std::move(rest);
  }
  for (const auto& [one, cancelled] : ended) {
    const double waited = seconds_since(one.submitted);
    if (cancelled) {
      tell(one.id, {one.id, Finished{FinishReason::kCancelled, {}, {}}}, waited);
    } else {
      tell(one.id, {one.id, Failed{too_late(), {}}}, waited);
    }
  }
}

void IdleEngine::fail_waiting(const Error& error) {
  std::deque<Waiting> failed;
  {
    const std::lock_guard lock(mutex_);
    failed.swap(waiting_);
    counted_.finished += std::ssize(failed);
    load_error_ = error;
    ++tries_;
  }
  changed_.notify_all();
  for (const Waiting& one : failed) tell(one.id, {one.id, Failed{error, {}}}, seconds_since(one.submitted));
}

}  // namespace fovea
