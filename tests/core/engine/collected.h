#pragma once

#include "core/api/engine.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace fovea::test {

/// All events of one request, gathered from whatever thread they come on.
class Collected {
 public:
  EventSink sink() {
    return [state = state_](GenerationEvent event) {
      const std::lock_guard lock(state->mutex);
      const bool last = event.last();
      state->events.push_back(std::move(event));
      if (last) state->ended = true;
      state->changed.notify_all();
    };
  }

  /// Blocks until the last event came.
  void wait() const {
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [&] { return state_->ended; });
  }
  /// Blocks until `count` events came.
  void wait_for(std::size_t count) const {
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [&] { return state_->events.size() >= count || state_->ended; });
  }

  std::vector<GenerationEvent> events() const {
    const std::lock_guard lock(state_->mutex);
    return state_->events;
  }
  std::string text() const {
    std::string out;
    for (const GenerationEvent& event : events()) {
      if (const auto* delta = std::get_if<TextDelta>(&event.what)) out += delta->text;
    }
    return out;
  }
  std::vector<std::int32_t> ids() const {
    std::vector<std::int32_t> out;
    for (const GenerationEvent& event : events()) {
      const auto* delta = std::get_if<TextDelta>(&event.what);
      if (delta != nullptr) out.insert(out.end(), delta->ids.begin(), delta->ids.end());
    }
    return out;
  }
  std::optional<Finished> finished() const {
    const auto all = events();
    if (all.empty()) return std::nullopt;
    const auto* end = std::get_if<Finished>(&all.back().what);
    return end == nullptr ? std::nullopt : std::optional<Finished>(*end);
  }
  std::optional<Failed> failed() const {
    const auto all = events();
    if (all.empty()) return std::nullopt;
    const auto* end = std::get_if<Failed>(&all.back().what);
    return end == nullptr ? std::nullopt : std::optional<Failed>(*end);
  }
  std::size_t endings() const {
    std::size_t n = 0;
    for (const GenerationEvent& event : events()) n += event.last() ? 1 : 0;
    return n;
  }

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<GenerationEvent> events;
    bool ended = false;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace fovea::test
