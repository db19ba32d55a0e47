#pragma once

#include "core/api/engine.h"

#include <atomic>
#include <latch>
#include <string>

namespace fovea::test {

inline GenerationRequest asking(const std::string& text) {
  GenerationRequest request;
  request.messages.push_back(Message::text(Role::kUser, text));
  request.sampling.temperature = 0.0;
  return request;
}

inline SchedulingOptions custom(int max_batch, std::int64_t step_tokens, double max_wait = 0.0) {
  SchedulingOptions options;
  options.mode = SchedulingMode::kCustom;
  options.max_batch = max_batch;
  options.step_tokens = step_tokens;
  options.max_wait_seconds = max_wait;
  return options;
}

/// Holds the engine's loop in a request's prefill until the test lets it go.
class Gate {
 public:
  void hold() {
    if (!held_.exchange(true)) reached_.count_down();
    open_.wait();
  }
  void wait_until_held() { reached_.wait(); }
  void open() { open_.count_down(); }

 private:
  std::atomic<bool> held_{false};
  std::latch reached_{1};
  std::latch open_{1};
};

}  // namespace fovea::test
