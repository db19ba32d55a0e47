#pragma once

#include "core/api/engine.h"
#include "core/api/generation_event.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace fovea::test {

/// What came of a request. `events` may be read once it is over.
struct Answer {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<GenerationEvent> events;
  int lasts = 0;

  EventSink sink() {
    return [this](GenerationEvent event) {
      const std::lock_guard lock(mutex);
      lasts += event.last() ? 1 : 0;
      events.push_back(std::move(event));
      changed.notify_all();
    };
  }
  void wait() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return lasts > 0; });
  }
  bool over() {
    const std::lock_guard lock(mutex);
    return lasts > 0;
  }
  template <typename Event>
  void wait_for() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] {
      return std::ranges::any_of(events, [](const auto& e) { return std::holds_alternative<Event>(e.what); });
    });
  }
  std::string text() const {
    std::string all;
    for (const GenerationEvent& event : events) {
      if (const auto* delta = std::get_if<TextDelta>(&event.what)) all += delta->text;
    }
    return all;
  }
  template <typename Last>
  const Last* last() const {
    return std::get_if<Last>(&events.back().what);
  }
};

}  // namespace fovea::test
