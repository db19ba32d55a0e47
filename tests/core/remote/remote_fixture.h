#pragma once

#include "core/remote/remote_engine.h"
#include "scripted_server.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace fovea::test {

/// The events of one request, in the order in which they came; shared with the sink.
class EventLog {
 public:
  EventSink sink() {
    return [log = log_](GenerationEvent event) {
      const std::lock_guard lock(log->mutex);
      log->events.push_back(std::move(event));
      log->changed.notify_all();
    };
  }
  /// Blocks until the last event was there.
  std::vector<GenerationEvent> wait() {
    std::unique_lock lock(log_->mutex);
    log_->changed.wait(lock, [this] { return !log_->events.empty() && log_->events.back().last(); });
    return log_->events;
  }
  /// Blocks until that much text was there.
  void wait_for_text(std::size_t bytes) {
    std::unique_lock lock(log_->mutex);
    log_->changed.wait(lock, [&] { return text_of(log_->events).size() >= bytes; });
  }
  std::vector<GenerationEvent> now() const {
    const std::lock_guard lock(log_->mutex);
    return log_->events;
  }
  static std::string text_of(const std::vector<GenerationEvent>& events, bool reasoning = false) {
    std::string text;
    for (const GenerationEvent& event : events) {
      const auto* delta = std::get_if<TextDelta>(&event.what);
      if (delta != nullptr && delta->reasoning == reasoning) text += delta->text;
    }
    return text;
  }

 private:
  struct Log {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<GenerationEvent> events;
  };
  std::shared_ptr<Log> log_ = std::make_shared<Log>();
};

inline GenerationRequest question(const std::string& words = "What does the sign say?") {
  GenerationRequest request;
  request.messages = {Message::text(Role::kUser, words)};
  return request;
}

/// Short pauses, so that retries take no time.
inline RemoteOptions options_for(const ScriptedServer& server) {
  RemoteOptions options;
  options.server = server.address();
  options.patience.first_pause = std::chrono::milliseconds(1);
  return options;
}

inline std::unique_ptr<Engine> connected(const RemoteOptions& options) {
  Result<std::unique_ptr<Engine>> engine = connect_remote_engine(options, {});
  if (!engine) {
    ADD_FAILURE() << engine.error().text();
    std::abort();
  }
  return std::move(*engine);
}

/// Asks and waits; the last event is checked to be the only one of its kind.
inline std::vector<GenerationEvent> ask(Engine& engine, GenerationRequest request = question()) {
  EventLog log;
  const Result<RequestId> id = engine.submit(std::move(request), log.sink());
  EXPECT_TRUE(id.has_value());
  std::vector<GenerationEvent> events = log.wait();
  for (std::size_t i = 0; i + 1 < events.size(); ++i) EXPECT_FALSE(events[i].last());
  return events;
}

/// The request's failure; what it is if it did not fail says so.
inline Error failure_of(const std::vector<GenerationEvent>& events) {
  const auto* failed = std::get_if<Failed>(&events.back().what);
  if (failed == nullptr) return {ErrorCode::kInternal, "it did not fail", {}, {}};
  return failed->error;
}

inline const Finished& finish_of(const std::vector<GenerationEvent>& events) {
  const auto* finished = std::get_if<Finished>(&events.back().what);
  if (finished == nullptr) {
    ADD_FAILURE() << failure_of(events).text();
    static const Finished none;
    return none;
  }
  return *finished;
}

}  // namespace fovea::test
