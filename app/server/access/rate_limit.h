#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>

namespace fovea::server {

/// Requests of each caller in a sliding window. One thread at a time; the clock is monotonic, so a change of
/// the wall clock opens and closes nothing.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  /// `most` requests in any `window`; 0: no limit. Memory: at most `most` times a caller, callers that were
  /// silent for a window are forgotten.
  RateLimit(std::size_t most, std::chrono::seconds window) : most_(most), window_(window) {}

  /// Zero if the request may come, which counts it; else how long until it may.
  std::chrono::seconds take(const std::string& caller, Clock::time_point now);

 private:
  void forget_silent(Clock::time_point now);

  const std::size_t most_;
  const std::chrono::seconds window_;
  std::unordered_map<std::string, std::deque<Clock::time_point>> seen_;
  std::size_t until_forgetting_ = 1024;
};

}  // namespace fovea::server
