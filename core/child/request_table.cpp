#include "core/child/request_table.h"

#include <utility>

namespace fovea::child {

Error engine_failed(std::string message) {
  return {ErrorCode::kEngineFailed, std::move(message), "Ask again: the engine is started anew.", {}};
}

Result<RequestTable::Word> RequestTable::add(std::uint64_t id, EventSink sink, std::string& frame) {
  const std::lock_guard lock(mutex_);
  if (given_up_) return Error{ErrorCode::kEngineFailed, *given_up_, "Start the engine again.", {}};
  Asked& asked = asks_[id];
  asked.sink = std::move(sink);
  if (!ready_) {
    asked.frame = std::move(frame);
    return Word();
  }
  asked.taken = std::make_shared<std::promise<std::optional<Error>>>();
  return asked.taken->get_future();
}

bool RequestTable::forget(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = asks_.find(id);
  if (found == asks_.end() || !found->second.taken) return false;
  asks_.erase(found);
  return true;
}

void RequestTable::cancel(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  const auto found = asks_.find(id);
  if (found == asks_.end() || std::exchange(found->second.cancelled, true)) return;
  if (found->second.frame.empty()) cancels_.push_back(id);
}

std::vector<std::uint64_t> RequestTable::take_cancels() {
  const std::lock_guard lock(mutex_);
  return std::exchange(cancels_, {});
}

std::vector<std::string> RequestTable::open() {
  std::vector<std::string> frames;
  const std::lock_guard lock(mutex_);
  ready_ = true;
  for (auto& [id, asked] : asks_) {
    if (!asked.frame.empty() && !asked.cancelled) frames.push_back(std::exchange(asked.frame, {}));
  }
  return frames;
}

void RequestTable::close(const std::string& reason) {
  Asks ended;
  {
    const std::lock_guard lock(mutex_);
    ready_ = false;
    cancels_.clear();
    for (auto asked = asks_.begin(); asked != asks_.end();) {
      const auto next = std::next(asked);
      if (asked->second.frame.empty()) ended.insert(asks_.extract(asked));
      asked = next;
    }
  }
  fail(ended, reason);
}

void RequestTable::give_up(const std::string& reason) {
  Asks ended;
  {
    const std::lock_guard lock(mutex_);
    ready_ = false;
    given_up_ = reason;
    ended.swap(asks_);
  }
  fail(ended, reason);
}

void RequestTable::wait_again() {
  const std::lock_guard lock(mutex_);
  given_up_.reset();
}

void RequestTable::fail(Asks& asks, const std::string& reason) {
  for (auto& [id, asked] : asks) {
    if (asked.taken)
      asked.taken->set_value(engine_failed(reason));  // submit() returns the error
    else if (asked.cancelled)
      asked.sink({id, Finished{FinishReason::kCancelled, {}, {}}});
    else
      asked.sink({id, Failed{engine_failed(reason), {}}});
  }
}

void RequestTable::end_cancelled() {
  Asks ended;
  {
    const std::lock_guard lock(mutex_);
    for (auto asked = asks_.begin(); asked != asks_.end();) {
      const auto next = std::next(asked);
      if (asked->second.cancelled && !asked->second.frame.empty()) ended.insert(asks_.extract(asked));
      asked = next;
    }
  }
  for (auto& [id, asked] : ended) asked.sink({id, Finished{FinishReason::kCancelled, {}, {}}});
}

void RequestTable::hear(const Taken& taken) {
  std::unique_lock lock(mutex_);
  const auto found = asks_.find(taken.id);
  if (found == asks_.end()) return;
  const auto word = std::exchange(found->second.taken, nullptr);
  EventSink sink;
  if (taken.refused) {
    sink = std::move(found->second.sink);
    asks_.erase(found);
  }
  lock.unlock();
  if (word)
    word->set_value(taken.refused);
  else if (sink)
    sink({taken.id, Failed{*taken.refused, {}}});  // submit() has returned long ago
}

bool RequestTable::hear(GenerationEvent event) {
  std::unique_lock lock(mutex_);
  const auto found = asks_.find(event.request);
  if (found == asks_.end()) return false;
  const bool last = event.last();
  const EventSink sink = found->second.sink;
  // An event shows that the request was taken; the first may come before the word.
  const auto word = std::exchange(found->second.taken, nullptr);
  if (last) asks_.erase(found);
  lock.unlock();
  if (word) word->set_value(std::nullopt);
  sink(std::move(event));
  return last;
}

}  // namespace fovea::child
