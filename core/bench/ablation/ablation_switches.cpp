#include "core/bench/ablation/ablation_switches.h"

namespace fovea::bench {

const std::vector<AblationSwitch>& ablation_switches() {
  static const std::vector<AblationSwitch> kSwitches = {
      {"own_kernels", "Fovea's own kernels instead of libtorch's operators, on the processor",
       [](EngineOptions& options) { options.device = {DeviceChoice::Kind::kCpu}; },
       "steps by libtorch's operators",
       [](const AblationCounters& counters) { return counters.operator_steps; }, 0, true,
       [](EngineOptions& options) { options.device = {DeviceChoice::Kind::kCpuOperators}; }},
      {"batching", "several answers in one step, up to 8",
       [](EngineOptions& options) { options.scheduling.max_batch = 8; }, "steps of the decoder",
       [](const AblationCounters& counters) { return counters.steps; }},
      {"vision_cache", "features of pictures kept for further questions",
       [](EngineOptions& options) { options.vision_cache_bytes = EngineOptions().vision_cache_bytes; },
       "pictures reused", [](const AblationCounters& counters) { return counters.vision_reused; }},
      {"prefix_cache", "keys and values of ended requests kept for prompts that begin alike",
       [](EngineOptions& options) { options.prefix_cache = true; }, "prompt tokens reused",
       [](const AblationCounters& counters) { return counters.prefix_reused; }},
      {"speculation", "tokens guessed from what stood before, several checked in one step",
       [](EngineOptions& options) { options.draft_tokens = EngineOptions().draft_tokens; },
       "guessed tokens accepted", [](const AblationCounters& counters) { return counters.draft_accepted; }},
      {"answer_cache", "greedy answers kept for the same question",
       [](EngineOptions& options) { options.answer_cache_bytes = std::uint64_t{64} << 20; }, "answers reused",
       [](const AblationCounters& counters) { return counters.answers_reused; }},
      {"int8", "the decoder's weights as 8-bit integers",
       [](EngineOptions& options) { options.weights.format = WeightFormat::kInt8; },
       "bytes of weights that a step reads",
       [](const AblationCounters& counters) { return counters.step_bytes; }},
      {"int4", "the decoder's weights as 4-bit integers",
       [](EngineOptions& options) { options.weights.format = WeightFormat::kInt4; },
       "bytes of weights that a step reads",
       [](const AblationCounters& counters) { return counters.step_bytes; }},
      {"kv_int8", "keys and values as 8-bit integers",
       [](EngineOptions& options) { options.kv_cache_type = KvCacheType::kInt8; },
       "bytes of keys and values a token",
       [](const AblationCounters& counters) { return counters.kv_bytes; }},
      {"limit_512", "answers of at most 512 new tokens", nullptr, "new tokens",
       [](const AblationCounters& counters) { return counters.new_tokens; }, 512, true},
      {"limit_256", "answers of at most 256 new tokens", nullptr, "new tokens",
       [](const AblationCounters& counters) { return counters.new_tokens; }, 256, true},
  };
  return kSwitches;
}

EngineOptions all_off(EngineOptions options, const std::vector<AblationSwitch>& switches) {
  options.weights.format = WeightFormat::kModel;
  options.kv_cache_type = KvCacheType::kAuto;
  options.vision_cache_bytes = 0;
  options.prefix_cache = false;
  options.draft_tokens = 0;
  options.answer_cache_bytes = 0;
  options.scheduling.mode = SchedulingMode::kCustom;
  options.scheduling.max_batch = 1;
  for (const AblationSwitch& one : switches) {
    if (one.turn_off != nullptr) one.turn_off(options);
  }
  return options;
}

}  // namespace fovea::bench
