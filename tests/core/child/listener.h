#pragma once

#include "core/api/engine.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace fovea::test {

/// Collects an answer; any thread. What the engine still says when the listener is gone goes nowhere.
class Listener {
  struct Heard {
    std::mutex mutex;
    std::condition_variable changed;
    std::string text;
    std::vector<std::int32_t> ids;
    std::optional<GenerationEvent> last;
  };
  std::shared_ptr<Heard> heard_ = std::make_shared<Heard>();

 public:
  std::mutex& mutex = heard_->mutex;
  std::string& text = heard_->text;
  std::vector<std::int32_t>& ids = heard_->ids;
  std::optional<GenerationEvent>& last = heard_->last;

  EventSink sink() {
    return [heard = heard_](GenerationEvent event) {
      const std::lock_guard lock(heard->mutex);
      if (const auto* delta = std::get_if<TextDelta>(&event.what)) {
        heard->text += delta->text;
        heard->ids.insert(heard->ids.end(), delta->ids.begin(), delta->ids.end());
      }
      if (event.last()) heard->last = std::move(event);
      heard->changed.notify_all();
    };
  }
  template <typename Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex);
    return heard_->changed.wait_for(lock, std::chrono::seconds(60), condition);
  }
  bool ended() {
    return wait([this] { return last.has_value(); });
  }
  /// The error it failed with; nothing if it did not fail.
  std::optional<Error> failure() {
    const std::lock_guard lock(mutex);
    if (!last) return std::nullopt;
    const Failed* failed = std::get_if<Failed>(&last->what);
    return failed == nullptr ? std::nullopt : std::optional<Error>(failed->error);
  }
};

}  // namespace fovea::test
