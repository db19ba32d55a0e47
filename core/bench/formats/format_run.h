#pragma once

#include "core/api/engine.h"
#include "core/bench/answer_collector.h"
#include "core/bench/run_recorder.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fovea::bench {

inline constexpr const char* kFormatsRun = "formats";  ///< RunRecord::name

/// One of the engines that are set side by side.
struct FormatChoice {
  std::string label;       ///< "bf16", "int4", a server's address
  bool elsewhere = false;  ///< on a server: its memory is not known, nor its first token's probabilities
  std::function<Result<std::unique_ptr<Engine>>()> load;
};

struct FormatPlan {
  std::vector<FormatChoice> choices;  ///< answers are compared with those of the first
  /// Asked of each, the same for all, greedily.
  std::vector<GenerationRequest> questions;
  int repeats = 5;  ///< rounds through all questions that count
  /// All engines are held at once and take turns within a round, so that a drift of the machine meets all
  /// alike. False: one after the other, each loaded alone.
  bool together = true;
};

/// Measures each choice: TTFT, TPOT and the other figures of its requests; weights_mb and memory_mb (what
/// loading it and its first answers added to this process); and once a question how its answer differs from
/// the first choice's: answer_edits_percent, answers_equal_percent, and first_token_kl in nats, where both
/// tell probabilities: the Kullback-Leibler divergence of the two distributions of the first token, the
/// tokens outside of the twenty likeliest of both counted as one, which is a lower bound. Those first answers
/// warm up and don't count for the times. Errors: a loader's, at its first failure; what was measured stands.
Result<void> run_formats(const FormatPlan& plan, RunRecorder& recorder, const RunObserver& observer,
                         const Stopped& stopped);

/// The divergence, in nats. 0 where either is empty.
double first_token_divergence(const std::vector<LikelyToken>& wanted, const std::vector<LikelyToken>& given);

/// The table side by side of a settled record, and what is shown to differ from the first choice.
void conclude_formats(RunRecord& record);

}  // namespace fovea::bench
