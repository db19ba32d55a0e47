#pragma once

#include "core/api/engine.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace fovea::bench {

/// What an engine counted while it worked, by which a switch shows that it did something.
struct AblationCounters {
  std::int64_t new_tokens = 0;
  std::int64_t steps = 0;           ///< passes through the decoder
  std::int64_t draft_accepted = 0;  ///< tokens that came without a step of their own
  std::int64_t prefix_reused = 0;   ///< prompt tokens
  std::int64_t vision_reused = 0;   ///< pictures
  std::int64_t answers_reused = 0;  ///< requests
  std::int64_t step_bytes = 0;      ///< weights that a step reads
  std::int64_t kv_bytes = 0;        ///< keys and values of a token
  std::int64_t operator_steps = 0;  ///< passes through the decoder by libtorch's operators
};

/// One optimisation of the engine by its name.
struct AblationSwitch {
  const char* name;
  const char* what;                         ///< one line
  void (*turn_on)(EngineOptions& options);  ///< null: it concerns requests only
  const char* counter;                      ///< what it has to change, in words
  std::int64_t (*count)(const AblationCounters& counters);
  int new_tokens = 0;    ///< the most that an answer may have from here on; 0: as before
  bool by_name = false;  ///< measured only where it is named: it would change what the others show
  void (*turn_off)(EngineOptions& options) = nullptr;  ///< where all_off() has it on; null: it is off there
};

/// All of them, in the order in which they are cumulated. Those of weights replace each other.
const std::vector<AblationSwitch>& ablation_switches();

/// The options with every optimisation off that is not measured by name alone, and with those of `switches`
/// off.
EngineOptions all_off(EngineOptions options, const std::vector<AblationSwitch>& switches);

}  // namespace fovea::bench
