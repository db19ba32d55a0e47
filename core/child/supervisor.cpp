#include "core/child/supervisor.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace fovea::child {
namespace {

constexpr double kLongestPause = 10.0;
/// How long the supervisor waits at most before it looks at what else there is to do. Silence is counted in
/// these, so that time in which this process was stopped (a terminal's Ctrl+Z stops both) counts as one.
constexpr double kSlice = 0.25;

std::chrono::milliseconds milliseconds(double seconds) {
  return std::chrono::milliseconds(std::max(1, static_cast<int>(1000.0 * seconds)));
}

std::string seconds_text(double seconds) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g s", seconds);
  return text;
}

}  // namespace

Supervisor::Supervisor(EngineOptions engine, ChildOptions options, RequestTable& requests, CallTable& calls)
    : options_(std::move(options)),
      requests_(requests),
      calls_(calls),
      channel_(milliseconds(options_.silence_seconds)),
      engine_(std::move(engine)) {}

Supervisor::~Supervisor() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  channel_.kill();
  if (thread_.joinable()) thread_.join();
}

Result<void> Supervisor::begin(const LoadObserver& observer) {
  observer_ = observer;
  std::future<Result<void>> outcome = loaded_.get_future();
  thread_ = std::thread([this] { supervise(); });
  return outcome.get();
}

ModelInfo Supervisor::model() const {
  const std::lock_guard lock(mutex_);
  return model_;
}

SchedulingOptions Supervisor::scheduling() const {
  const std::lock_guard lock(mutex_);
  return engine_.scheduling;
}

void Supervisor::set_scheduling(const SchedulingOptions& options) {
  const std::lock_guard lock(mutex_);
  engine_.scheduling = options;
}

void Supervisor::restart() {
  {
    const std::lock_guard lock(mutex_);
    given_up_ = false;
  }
  changed_.notify_all();
}

void Supervisor::tell_cancels() {
  const std::lock_guard lock(mutex_);
  for (const std::uint64_t id : requests_.take_cancels()) cancels_.push_back(id);
  while (!cancels_.empty() && channel_.say_now(encoded(ToChild{Cancel{cancels_.back()}})))
    cancels_.pop_back();
}

void Supervisor::supervise() {
  using State = EngineHealth::State;
  int failures = 0;
  for (bool on = true; on;) {
    const std::string reason = run_child();
    if (loading_first_) return loaded_.set_value(load_error_.value_or(engine_failed(reason)));
    if (stopping()) break;
    failures = answered_ ? 1 : failures + 1;
    if (failures > options_.restarts) {
      requests_.give_up(reason);
      {
        const std::lock_guard lock(mutex_);
        given_up_ = true;
      }
      tell({State::kGivenUp, reason, failures - 1, options_.restarts, 0.0});
      if (!wait_for_restart()) break;
      failures = 0;
      requests_.wait_again();
      tell({State::kRestarting, reason, 0, options_.restarts, 0.0});
    } else {
      const double seconds =
          std::min(kLongestPause, options_.first_pause_seconds * static_cast<double>(1 << (failures - 1)));
      tell({State::kRestarting, reason, failures, options_.restarts, seconds});
      on = pause(seconds);
    }
  }
  requests_.give_up("The engine was shut down.");
}

/// One child from its start to its end; why it ended.
std::string Supervisor::run_child() {
  answered_ = false;
  load_error_.reset();
  std::vector<std::string> command = options_.command;
  if (command.empty()) command = {"/proc/self/exe", "engine-child"};
  Result<ChildProcess> started = ChildProcess::start(command);
  if (!started) {
    load_error_ = started.error();
    return started.error().text();
  }
  channel_.open(*started);
  EngineOptions engine;
  {
    const std::lock_guard lock(mutex_);
    engine = engine_;
    if (stopping_) channel_.kill();  // the destructor came before open()
  }
  channel_.say(encoded(ToChild{Load{std::move(engine)}}));
  std::string reason = listen(started->socket);
  channel_.kill();
  channel_.close();
  calls_.close(engine_failed(reason));
  requests_.close(reason);
  started->end();
  return reason;
}

/// Reads until the child ends, hangs or makes no sense; which of them.
std::string Supervisor::listen(int socket) {
  FrameReader reader(socket);
  double limit = options_.start_seconds;
  double silent = 0.0;
  for (;;) {
    const double slice = std::min(kSlice, limit);
    switch (reader.read(milliseconds(slice))) {
      case FrameReader::Outcome::kEnded:
        return "The engine's process ended unexpectedly.";
      case FrameReader::Outcome::kArrived:
        silent = 0.0;
        break;
      case FrameReader::Outcome::kNothing:
        silent += slice;
        if (silent >= limit)
          return "The engine's process said nothing for " + seconds_text(limit) + " and was ended.";
        break;
      case FrameReader::Outcome::kFrame: {
        silent = 0.0;
        limit = options_.silence_seconds;
        std::optional<ToParent> word = decoded<ToParent>(reader.frame());
        if (!word) return "The engine's process sent what makes no sense.";
        if (const Error* error = std::get_if<Error>(&*word)) load_error_ = *error;
        if (!hear(*word)) return load_error_ ? load_error_->text() : std::string();
        break;
      }
    }
    requests_.end_cancelled();
    tell_cancels();
  }
}

/// False: it is to be ended, and load_error_ says why.
bool Supervisor::hear(ToParent& word) {
  if (auto* event = std::get_if<GenerationEvent>(&word)) {
    answered_ = requests_.hear(std::move(*event)) || answered_;
  } else if (auto* taken = std::get_if<Taken>(&word)) {
    requests_.hear(*taken);
  } else if (auto* answer = std::get_if<Answer>(&word)) {
    calls_.hear(*answer);
  } else if (auto* progress = std::get_if<LoadProgress>(&word)) {
    return hear_progress(*progress);
  } else if (auto* model = std::get_if<ModelInfo>(&word)) {
    hear_ready(*model);
  } else {
    return std::holds_alternative<Alive>(word);
  }
  return true;
}

bool Supervisor::hear_progress(const LoadProgress& progress) {
  if (!loading_first_ || !observer_ || observer_(progress)) return true;
  load_error_ = Error{ErrorCode::kCancelled, "Loading was stopped.", {}, {}};
  return false;
}

void Supervisor::hear_ready(ModelInfo& model) {
  {
    const std::lock_guard lock(mutex_);
    model_ = std::move(model);
  }
  calls_.open();
  for (const std::string& frame : requests_.open()) channel_.say(frame);
  if (std::exchange(loading_first_, false)) {
    observer_ = nullptr;
    loaded_.set_value({});
  } else {
    tell({});
  }
}

/// False if it ends meanwhile.
bool Supervisor::pause(double seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  std::unique_lock lock(mutex_);
  while (!stopping_ && std::chrono::steady_clock::now() < end) {
    changed_.wait_for(lock, std::min<std::chrono::duration<double>>(std::chrono::duration<double>(kSlice),
                                                                    end - std::chrono::steady_clock::now()));
    lock.unlock();
    requests_.end_cancelled();
    lock.lock();
  }
  return !stopping_;
}

/// False if it ends instead.
bool Supervisor::wait_for_restart() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopping_ || !given_up_; });
  return !stopping_;
}

bool Supervisor::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Supervisor::tell(const EngineHealth& health) const {
  if (options_.on_health) options_.on_health(health);
}

}  // namespace fovea::child
