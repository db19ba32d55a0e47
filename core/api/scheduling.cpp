#include "core/api/engine.h"

namespace fovea {

std::string_view scheduling_mode_name(SchedulingMode mode) {
  switch (mode) {
    case SchedulingMode::kLowLatency:
      return "low_latency";
    case SchedulingMode::kHighThroughput:
      return "high_throughput";
    case SchedulingMode::kCustom:
      return "custom";
  }
  return "";
}

SchedulingOptions scheduling_preset(SchedulingMode mode) {
  SchedulingOptions options;
  options.mode = mode;
  if (mode == SchedulingMode::kHighThroughput) {
    options.max_batch = 64;
    options.max_wait_seconds = 0.05;
    options.step_tokens = 1024;
  }
  return options;
}

}  // namespace fovea
