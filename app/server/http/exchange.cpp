#include "app/server/http/exchange.h"

#include "app/server/http/response_text.h"

#include <utility>

namespace fovea::server {

void Exchange::append(const std::string& bytes, State next) {
  const std::lock_guard lock(mutex_);
  if (gone_ || state_ == State::kEnded) return;
  const bool too_much = state_ == State::kStreaming && pending_.size() + bytes.size() > manners_.unread_bytes;
  if (!too_much) pending_.append(bytes);
  state_ = next;
  // The connection may wait for a caller who never reads: it must hear of that at once.
  const bool news = !woken_ || (too_much && !overflowed_);
  overflowed_ = overflowed_ || too_much;
  woken_ = true;
  if (news) wake_();
}

bool Exchange::overflowed() const {
  const std::lock_guard lock(mutex_);
  return overflowed_;
}

void Exchange::respond(HttpResponse response) {
  append(response_text(response, manners_.keep_alive, manners_.body), State::kEnded);
}

void Exchange::begin(int status, std::string type, HttpFields fields) {
  append(stream_head_text(status, type, fields, manners_.keep_alive, manners_.chunked), State::kStreaming);
}

void Exchange::send(std::string bytes) {
  append(manners_.chunked ? chunk_text(bytes) : std::move(bytes), State::kStreaming);
}

void Exchange::end() {
  append(manners_.chunked ? std::string(kLastChunk) : std::string(), State::kEnded);
}

bool Exchange::gone() const {
  const std::lock_guard lock(mutex_);
  return gone_;
}

void Exchange::on_gone(std::function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    if (!gone_) {
      if (state_ != State::kEnded) callbacks_.push_back(std::move(callback));
      return;
    }
  }
  callback();
}

Exchange::Taken Exchange::take() {
  const std::lock_guard lock(mutex_);
  woken_ = false;
  return {std::exchange(pending_, {}), state_ == State::kEnded};
}

void Exchange::mark_gone() {
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
