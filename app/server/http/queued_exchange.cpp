#include "app/server/http/queued_exchange.h"

#include <utility>

namespace fovea::server {

void QueuedExchange::append(std::vector<std::string> pieces, State next) {
  const std::lock_guard lock(mutex_);
  if (gone_ || state_ == State::kEnded) return;
  std::size_t bytes = pending_bytes_;
  for (const std::string& piece : pieces) bytes += piece.size();
  const bool too_much = state_ == State::kStreaming && bytes > unread_bytes_;
  if (!too_much) {
    for (std::string& piece : pieces) pending_.push_back(std::move(piece));
    pending_bytes_ = bytes;
  }
  state_ = next;
  // The I/O thread may wait for a caller who never reads: it must hear of that at once.
  const bool news = !woken_ || (too_much && !overflowed_);
  overflowed_ = overflowed_ || too_much;
  woken_ = true;
  if (news) wake_();
}

void QueuedExchange::append(std::string piece, State next) {
  std::vector<std::string> pieces;
  if (!piece.empty()) pieces.push_back(std::move(piece));
  append(std::move(pieces), next);
}

bool QueuedExchange::overflowed() const {
  const std::lock_guard lock(mutex_);
  return overflowed_;
}

bool QueuedExchange::gone() const {
  const std::lock_guard lock(mutex_);
  return gone_;
}

void QueuedExchange::on_gone(std::function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    if (!gone_) {
      if (state_ != State::kEnded) callbacks_.push_back(std::move(callback));
      return;
    }
  }
  callback();
}

QueuedExchange::Taken QueuedExchange::take() {
  const std::lock_guard lock(mutex_);
  woken_ = false;
  pending_bytes_ = 0;
  return {std::exchange(pending_, {}), state_ == State::kEnded};
}

void QueuedExchange::mark_gone() {
  std::vector<std::function<void()>> callbacks;
  {
    const std::lock_guard lock(mutex_);
    if (gone_) return;
    gone_ = true;
    pending_.clear();
    callbacks.swap(callbacks_);
  }
  for (const auto& callback : callbacks) callback();
}

}  // namespace fovea::server
