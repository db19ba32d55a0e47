#include "app/server/http/message_exchange.h"

#include <string_view>
#include <utility>

namespace fovea::server {

void MessageExchange::append(std::vector<std::string> messages, bool ended) {
  const std::lock_guard lock(mutex_);
  if (gone_ || ended_) return;
  for (std::string& message : messages) {
    pending_bytes_ += message.size();
    pending_.push_back(std::move(message));
  }
  ended_ = ended;
  overflowed_ = overflowed_ || (!ended && pending_bytes_ > unread_bytes_);
  if (!std::exchange(woken_, true)) wake_();
}

void MessageExchange::respond(HttpResponse response) {
  append({std::move(response.body)}, true);
}

void MessageExchange::begin(int, std::string, HttpFields) {}

void MessageExchange::send(std::string bytes) {
  constexpr std::string_view kData = "data: ";
  std::vector<std::string> messages;
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::size_t end = std::min(rest.find("\n\n"), rest.size());
    const std::string_view event = rest.substr(0, end);
    if (event.starts_with(kData)) messages.emplace_back(event.substr(kData.size()));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  append(std::move(messages), false);
}

void MessageExchange::end() {
  append({}, true);
}

bool MessageExchange::gone() const {
  const std::lock_guard lock(mutex_);
  return gone_;
}

void MessageExchange::on_gone(std::function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    if (!gone_) {
      if (!ended_) callbacks_.push_back(std::move(callback));
      return;
    }
  }
  callback();
}

MessageExchange::Taken MessageExchange::take() {
  const std::lock_guard lock(mutex_);
  woken_ = false;
  pending_bytes_ = 0;
  return {std::exchange(pending_, {}), ended_, overflowed_};
}

void MessageExchange::mark_gone() {
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
