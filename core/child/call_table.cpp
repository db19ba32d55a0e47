#include "core/child/call_table.h"

#include <utility>

namespace fovea::child {

std::optional<CallTable::Begun> CallTable::begin() {
  const std::lock_guard lock(mutex_);
  if (!open_) return std::nullopt;
  const std::uint64_t id = ++last_id_;
  return Begun{id, calls_[id].get_future()};
}

bool CallTable::forget(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  return calls_.erase(id) > 0;
}

void CallTable::open() {
  const std::lock_guard lock(mutex_);
  open_ = true;
}

void CallTable::close(const Error& error) {
  const std::lock_guard lock(mutex_);
  open_ = false;
  for (auto& [id, call] : calls_) call.set_value(error);
  calls_.clear();
}

void CallTable::hear(Answer& answer) {
  const std::lock_guard lock(mutex_);
  const auto found = calls_.find(answer.id);
  if (found == calls_.end()) return;
  found->second.set_value(std::move(answer.what));
  calls_.erase(found);
}

}  // namespace fovea::child
