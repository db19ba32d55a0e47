#pragma once

#include "core/api/engine.h"
#include "core/bench/answer_collector.h"
#include "core/bench/run_recorder.h"

#include <string>
#include <vector>

namespace fovea::bench {

struct ResolutionSweepPlan {
  std::vector<int> sides;  ///< the picture's area is at most side x side pixels; ascending
  ContentPart picture;     ///< an ImagePart
  std::string question;    ///< whose answer is compared
  int new_tokens = 128;    ///< at most
  int warm_up = 1;         ///< rounds that don't count
  int repeats = 5;         ///< rounds that count
};

/// Asks the same question about the same picture, shown at most so large, size after size in turning order.
/// The engine's caches of pictures and prefixes must be off (the caller loads it so); for servers a number
/// before the picture makes the prompts of each round different. Adds, for each size, how many tokens the
/// picture took, and how many characters the answer differs from the one at the largest size in the same
/// round (answer_edits_percent).
///
/// The findings say from which size on the answer stays as it is at the largest, and what that saves.
void run_resolution_sweep(Engine& engine, const ResolutionSweepPlan& plan, RunRecorder& recorder,
                          const RunObserver& observer, const Stopped& stopped);

}  // namespace fovea::bench
