#include "app/server/access/rate_limit.h"

#include <algorithm>

namespace fovea::server {

std::chrono::seconds RateLimit::take(const std::string& caller, Clock::time_point now) {
  if (most_ == 0) return std::chrono::seconds::zero();
  if (seen_.size() >= until_forgetting_) forget_silent(now);
  std::deque<Clock::time_point>& times = seen_[caller];
  while (!times.empty() && now - times.front() >= window_) times.pop_front();
  if (times.size() < most_) {
    times.push_back(now);
    return std::chrono::seconds::zero();
  }
  const auto wait = std::chrono::ceil<std::chrono::seconds>(window_ - (now - times.front()));
  return std::max(wait, std::chrono::seconds(1));
}

void RateLimit::forget_silent(Clock::time_point now) {
  std::erase_if(
      seen_, [&](const auto& entry) { return entry.second.empty() || now - entry.second.back() >= window_; });
  until_forgetting_ = std::max<std::size_t>(1024, seen_.size() * 2);
}

}  // namespace fovea::server
