#include "core/child/child_engine.h"

#include "core/child/child_process.h"
#include "core/child/frame.h"
#include "core/child/wire.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <thread>

#include <signal.h>

namespace fovea {
namespace {

using namespace child;

constexpr double kLongestPause = 10.0;
constexpr auto kAnswerTime = std::chrono::seconds(60);  // a preview decodes pictures

Error engine_failed(std::string message) {
  return {ErrorCode::kEngineFailed, std::move(message), "Ask again: the engine is started anew.", {}};
}

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// One thread, the supervisor, starts the child, reads its socket and calls the sinks; any thread may send.
/// `mutex_` guards all below it; `sending_` keeps frames whole and is never taken under it.
class Supervisor final : public ChildEngine {
 public:
  Supervisor(EngineOptions options, ChildOptions child)
      : child_(std::move(child)), options_(std::move(options)) {
    if (child_.command.empty()) child_.command = {"/proc/self/exe", "engine-child"};
  }
  ~Supervisor() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      if (process_.pid > 0) ::kill(process_.pid, SIGKILL);
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  Result<void> begin(const LoadObserver& observer) {
    auto outcome = loaded_.get_future();
    first_ = &loaded_;
    observer_ = observer;
    thread_ = std::thread([this] { supervise(); });
    return outcome.get();
  }

  ModelInfo model() const override {
    const std::lock_guard lock(mutex_);
    return model_;
  }

  Result<RequestId> submit(GenerationRequest request, EventSink sink) override {
    std::unique_lock lock(mutex_);
    if (state_ == ChildState::kFailed)
      return Error{ErrorCode::kEngineFailed, reason_, "Start the engine again.", {}};
    const std::uint64_t id = ++last_id_;
    Asked& asked = asked_[id];
    asked.sink = std::move(sink);
    std::string frame = encoded(ToChild{Submit{id, now(), std::move(request)}});
    if (state_ == ChildState::kRestarting) {
      asked.waiting = std::move(frame);
      return id;
    }
    auto taken = std::make_shared<std::promise<std::optional<Error>>>();
    auto answer = taken->get_future();
    asked.taken = std::move(taken);
    lock.unlock();
    say(frame);
    if (std::optional<Error> refused = answer.get()) return *refused;
    return id;
  }

  void cancel(RequestId request) override {
    std::unique_lock lock(mutex_);
    const auto found = asked_.find(request);
    if (found == asked_.end()) return;
    if (found->second.waiting.empty()) {
      lock.unlock();
      say(encoded(ToChild{Cancel{request}}));
      return;
    }
    found->second.cancelled = true;  // told its end by the supervisor, in whose hands the sinks are
    changed_.notify_all();
  }

  Result<Preview> preview(const GenerationRequest& request) override { return ask<Preview>(request); }
  EngineMetrics metrics() const override {
    Result<EngineMetrics> answer = const_cast<Supervisor*>(this)->ask<EngineMetrics>(AskMetrics{});
    return answer ? *answer : EngineMetrics{};
  }
  SchedulingOptions scheduling() const override {
    Result<SchedulingOptions> answer = const_cast<Supervisor*>(this)->ask<SchedulingOptions>(AskScheduling{});
    const std::lock_guard lock(mutex_);
    return answer ? *answer : options_.scheduling;
  }
  Result<void> set_scheduling(const SchedulingOptions& options) override {
    const Result<Done> answer = ask<Done>(options);
    if (!answer) return answer.error();
    const std::lock_guard lock(mutex_);
    options_.scheduling = options;  // the next child begins with it
    return {};
  }

  int process() const override {
    const std::lock_guard lock(mutex_);
    return process_.pid;
  }
  void restart() override {
    {
      const std::lock_guard lock(mutex_);
      if (state_ == ChildState::kFailed) again_ = true;
    }
    changed_.notify_all();
  }

 private:
  struct Asked {
    EventSink sink;
    std::shared_ptr<std::promise<std::optional<Error>>> taken;  ///< submit() waits for it
    std::string waiting;  ///< the frame, while there is no child to send it to
    bool cancelled = false;
  };
  using Reply = std::promise<decltype(Answer::what)>;

  void say(const std::string& frame) {
    const std::lock_guard sending(sending_);
    if (socket_ >= 0) send_frame(socket_, frame);  // a child that is gone is noticed by the supervisor
  }

  template <typename T>
  Result<T> ask(decltype(Call::what) what) {
    std::future<decltype(Answer::what)> reply;
    std::uint64_t id = 0;
    {
      const std::lock_guard lock(mutex_);
      if (state_ != ChildState::kReady) return engine_failed("The engine's process is not running.");
      id = ++last_id_;
      reply = calls_[id].get_future();
    }
    say(encoded(ToChild{Call{id, std::move(what)}}));
    if (reply.wait_for(kAnswerTime) != std::future_status::ready) {
      const std::lock_guard lock(mutex_);
      calls_.erase(id);
      return engine_failed("The engine's process does not answer.");
    }
    decltype(Answer::what) answer = reply.get();
    if (T* value = std::get_if<T>(&answer)) return std::move(*value);
    if (Error* error = std::get_if<Error>(&answer)) return std::move(*error);
    return engine_failed("The engine's process answered something else.");
  }

  void set_state(ChildState state, const std::string& reason) {
    {
      const std::lock_guard lock(mutex_);
      state_ = state;
      reason_ = reason;
    }
    if (child_.on_state) child_.on_state(state, reason);
  }

  void supervise() {
    int failures = 0;
    for (;;) {
      answered_ = false;
      const std::string reason = run_once();
      if (first_ != nullptr) return;  // it never was ready: begin() tells why
      if (answered_) failures = 0;
      ++failures;
      bool stop = false;
      if (failures >= child_.tries) {
        set_state(ChildState::kFailed, reason);
        end_requests(reason);
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopping_ || again_; });
        again_ = false;
        failures = 0;
        stop = stopping_;
        lock.unlock();
        if (!stop) set_state(ChildState::kRestarting, reason);
      } else {
        const double pause = std::min(kLongestPause, child_.first_pause_seconds * (1 << (failures - 1)));
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::duration<double>(pause), [this] { return stopping_; });
        stop = stopping_;
      }
      if (stop) {
        end_requests("The engine was shut down.");
        return;
      }
    }
  }

  /// One child from its start to its end; why it ended.
  std::string run_once() {
    Result<ChildProcess> started = ChildProcess::start(child_.command);
    if (!started) return settle(started.error());
    EngineOptions options;
    {
      const std::lock_guard sending(sending_);
      const std::lock_guard lock(mutex_);
      process_ = *started;
      socket_ = process_.socket;
      options = options_;
      if (stopping_) ::kill(process_.pid, SIGKILL);
    }
    say(encoded(ToChild{Load{options}}));
    std::string reason = "The engine's process ended unexpectedly.";
    while (const auto frame = receive_frame(started->socket)) {
      std::optional<ToParent> word = decoded<ToParent>(*frame);
      if (!word) {
        reason = "The engine's process sent what makes no sense.";
        break;
      }
      if (Error* error = std::get_if<Error>(&*word)) {
        failure_ = *error;
        reason = error->text();
        break;
      }
      if (!std::visit([this](auto& what) { return hear(what); }, *word)) break;
    }
    bool was_ready = false;
    {
      const std::lock_guard sending(sending_);
      const std::lock_guard lock(mutex_);
      was_ready = state_ == ChildState::kReady;
      socket_ = -1;
      process_ = {};
      if (was_ready) state_ = ChildState::kRestarting;
    }
    started->end();
    if (first_ != nullptr) return settle(failure_.value_or(engine_failed(reason)));
    if (was_ready && child_.on_state) child_.on_state(ChildState::kRestarting, reason);
    end_sent(reason);
    return reason;
  }

  /// Tells begin(), if it still waits, that nothing came of it.
  std::string settle(const Error& error) {
    if (first_ != nullptr) first_->set_value(error);
    return error.text();
  }

  bool hear(LoadProgress& progress) {
    if (first_ == nullptr || !observer_ || observer_(progress)) return true;
    failure_ = Error{ErrorCode::kCancelled, "Loading was stopped.", {}, {}};
    return false;
  }
  bool hear(ModelInfo& info) {
    std::vector<std::string> waiting;
    std::vector<EventSink> cancelled;
    std::vector<std::uint64_t> ids;
    {
      const std::lock_guard lock(mutex_);
      model_ = info;
      state_ = ChildState::kReady;
      for (auto asked = asked_.begin(); asked != asked_.end();) {
        if (asked->second.cancelled) {
          ids.push_back(asked->first);
          cancelled.push_back(std::move(asked->second.sink));
          asked = asked_.erase(asked);
          continue;
        }
        if (!asked->second.waiting.empty()) waiting.push_back(std::exchange(asked->second.waiting, {}));
        ++asked;
      }
    }
    for (std::size_t i = 0; i < ids.size(); ++i)
      cancelled[i]({ids[i], Finished{FinishReason::kCancelled, {}, {}}});
    for (const std::string& frame : waiting) say(frame);
    if (auto* first = std::exchange(first_, nullptr)) {
      observer_ = nullptr;
      first->set_value({});
    } else if (child_.on_state) {
      child_.on_state(ChildState::kReady, {});
    }
    return true;
  }
  bool hear(Error&) { return false; }
  bool hear(Taken& taken) {
    std::unique_lock lock(mutex_);
    const auto found = asked_.find(taken.id);
    if (found == asked_.end()) return true;
    const auto waiter = std::exchange(found->second.taken, nullptr);
    EventSink sink;
    if (taken.refused) {
      sink = std::move(found->second.sink);
      asked_.erase(found);
    }
    lock.unlock();
    if (waiter)
      waiter->set_value(taken.refused);
    else if (sink)
      sink({taken.id, Failed{*taken.refused, {}}});  // submit() has returned long ago
    return true;
  }
  bool hear(GenerationEvent& event) {
    std::unique_lock lock(mutex_);
    const auto found = asked_.find(event.request);
    if (found == asked_.end()) return true;
    EventSink sink = found->second.sink;
    std::shared_ptr<std::promise<std::optional<Error>>> waiter;
    if (event.last()) {
      answered_ = true;
      waiter = found->second.taken;
      asked_.erase(found);
    }
    lock.unlock();
    if (waiter) waiter->set_value(std::nullopt);
    sink(std::move(event));
    return true;
  }
  bool hear(Answer& answer) {
    const std::lock_guard lock(mutex_);
    const auto found = calls_.find(answer.id);
    if (found == calls_.end()) return true;
    found->second.set_value(std::move(answer.what));
    calls_.erase(found);
    return true;
  }

  /// Ends what the child had, or all there is.
  void end_sent(const std::string& reason) { end_requests(reason, false); }
  void end_requests(const std::string& reason, bool waiting_too = true) {
    std::map<std::uint64_t, Asked> ended;
    std::map<std::uint64_t, Reply> calls;
    {
      const std::lock_guard lock(mutex_);
      calls.swap(calls_);
      for (auto asked = asked_.begin(); asked != asked_.end();) {
        const auto next = std::next(asked);
        if (waiting_too || asked->second.waiting.empty()) ended.insert(asked_.extract(asked));
        asked = next;
      }
    }
    for (auto& [id, call] : calls) call.set_value(engine_failed(reason));
    for (auto& [id, asked] : ended) {
      if (asked.taken)
        asked.taken->set_value(engine_failed(reason));  // submit() returns the error
      else if (asked.cancelled)
        asked.sink({id, Finished{FinishReason::kCancelled, {}, {}}});
      else
        asked.sink({id, Failed{engine_failed(reason), {}}});
    }
  }

  ChildOptions child_;
  std::promise<Result<void>> loaded_;
  std::promise<Result<void>>* first_ = nullptr;  ///< begin() waits for it; the supervisor's after that
  LoadObserver observer_;                        ///< likewise
  std::optional<Error> failure_;                 ///< the supervisor's
  bool answered_ = false;                        ///< likewise: this child ended a request

  std::mutex sending_;
  int socket_ = -1;  ///< under sending_

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  EngineOptions options_;
  ModelInfo model_;
  ChildState state_ = ChildState::kRestarting;
  std::string reason_;
  ChildProcess process_;
  std::map<std::uint64_t, Asked> asked_;
  std::map<std::uint64_t, Reply> calls_;
  std::uint64_t last_id_ = 0;
  bool stopping_ = false;
  bool again_ = false;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<ChildEngine>> load_child_engine(const EngineOptions& options,
                                                       const LoadObserver& observer,
                                                       const ChildOptions& child) {
  auto engine = std::make_unique<Supervisor>(options, child);
  const Result<void> loaded = engine->begin(observer);
  if (!loaded) return loaded.error();
  return std::unique_ptr<ChildEngine>(std::move(engine));
}

}  // namespace fovea
