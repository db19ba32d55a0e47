#pragma once

#include "core/api/engine.h"
#include "core/bench/ablation/ablation_switches.h"
#include "core/bench/answer_collector.h"
#include "core/bench/run_recorder.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fovea::bench {

/// Loads an engine with these options.
using EngineLoader = std::function<Result<std::unique_ptr<Engine>>(const EngineOptions&)>;

struct AblationPlan {
  EngineOptions options;                 ///< of the model; what the switches concern is replaced
  std::vector<AblationSwitch> switches;  ///< turned on one after the other, each with those before it
  /// Waves of requests; those of a wave are sent together, the next wave when all have ended. The same for
  /// every group, so that answers can be compared.
  std::vector<std::vector<GenerationRequest>> waves;
  int repeats = 5;  ///< rounds through all groups
};

/// Measures with every switch off, then with the first one on, the first two, and so on; round by round in
/// turning order. Each group of a round has an engine of its own, freshly loaded, so that caches begin empty;
/// one short question before the first wave warms it up and isn't counted. How far answers differ from those
/// with all switches off is in answer_edits_percent. For each switch a note says what its counter was before
/// and after, or that it did not move: then the switch did nothing here.
///
/// Errors: the loader's, at its first failure; what was measured stands.
Result<void> run_ablation(const EngineLoader& load, const AblationPlan& plan, RunRecorder& recorder,
                          const RunObserver& observer, const Stopped& stopped);

}  // namespace fovea::bench
