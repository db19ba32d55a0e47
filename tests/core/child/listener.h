#pragma once

#include "core/api/engine.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace fovea::test {

/// Collects an answer; any thread.
struct Listener {
  std::mutex mutex;
  std::condition_variable changed;
  std::string text;
  std::vector<std::int32_t> ids;
  std::optional<GenerationEvent> last;

  EventSink sink() {
    return [this](GenerationEvent event) {
      const std::lock_guard lock(mutex);
      if (const auto* delta = std::get_if<TextDelta>(&event.what)) {
        text += delta->text;
        ids.insert(ids.end(), delta->ids.begin(), delta->ids.end());
      }
      if (event.last()) last = std::move(event);
      changed.notify_all();
    };
  }
  template <typename Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(60), condition);
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
