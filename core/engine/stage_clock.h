#pragma once

#include "core/api/metrics.h"

#include <chrono>

namespace fovea {

/// Accounts for every moment of a request's life: each mark gives the time since the last one to a stage, so
/// that the stages add up to the whole by construction. One thread at a time.
class StageClock {
 public:
  using Clock = std::chrono::steady_clock;

  StageClock() : start_(Clock::now()), last_(start_) {}

  /// The time since the last mark was spent in `stage`.
  void mark(Stage stage) {
    const Clock::time_point now = Clock::now();
    times_[stage] += seconds_between(last_, now);
    last_ = now;
  }

  /// Seconds from the request's submission to the last mark.
  double at_last_mark() const { return seconds_between(start_, last_); }

  const StageTimes& times() const { return times_; }

 private:
  static double seconds_between(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
  }

  Clock::time_point start_;
  Clock::time_point last_;
  StageTimes times_;
};

}  // namespace fovea
