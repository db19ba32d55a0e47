#pragma once

#include "core/hub/pull/http_client.h"

#include <functional>

namespace fovea {

/// How often and after which pauses a request is made again.
struct RetryPolicy {
  int most_failures = 8;          ///< in a row without a byte of progress
  double first_pause = 0.5;       ///< seconds; doubles with each failure
  double longest_pause = 30.0;    ///< seconds
  double longest_obeyed = 300.0;  ///< seconds of Retry-After that are waited; more is an error at once
  int stall_seconds = 30;         ///< without a byte count as a broken connection
};

/// Why somebody waits, for whoever watches.
struct RetryPause {
  double seconds = 0.0;
  int status = 0;  ///< the answer's; 0 for a broken connection
};

/// Counts failures in a row and says how long to wait. One thread.
class Retry {
 public:
  explicit Retry(const RetryPolicy& policy) : policy_(policy) {}

  /// After a passing failure: the pause before the next try, or nothing if it is time to give up.
  std::optional<RetryPause> after(const HttpOutcome& outcome);
  /// Something came: failures count anew.
  void progressed() { failures_ = 0; }

 private:
  RetryPolicy policy_;
  int failures_ = 0;
};

/// Waits; false if it was ended early. Handed in by whoever knows how to be stopped.
using Sleeper = std::function<bool(const RetryPause& pause)>;

}  // namespace fovea
