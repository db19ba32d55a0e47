#pragma once

#include "core/api/generation_event.h"

#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace fovea::ui {

/// Number of a question among those of one bridge.
using AskId = std::uint64_t;

/// Where engine threads leave their events for the GUI thread. Text that has not been fetched grows in place
/// and newer progress replaces older, so that what waits stays small however fast the engine is. The order of
/// one question's events is kept. All functions may be called from any thread.
class EngineInbox {
 public:
  using Events = std::vector<std::pair<AskId, GenerationEvent>>;

  /// `wake` is called under the lock when the first event comes after a take() that found none; it must only
  /// post. Who found some takes again by itself, at the pace that it likes, until there are none.
  explicit EngineInbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  void push(AskId ask, GenerationEvent event);
  Events take();
  /// Nothing is woken any more; later events are dropped.
  void close();

 private:
  std::mutex mutex_;
  std::function<void()> wake_;
  Events events_;
  bool asleep_ = true;  // nobody looks by themselves
};

}  // namespace fovea::ui
