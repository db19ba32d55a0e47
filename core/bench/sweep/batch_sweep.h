#pragma once

#include "core/api/engine.h"
#include "core/bench/answer_collector.h"
#include "core/bench/load/request_source.h"
#include "core/bench/run_recorder.h"

#include <string>
#include <vector>

namespace fovea::bench {

struct BatchSweepPlan {
  int most = 256;                ///< requests at once; sizes are 1, 2, 4, ... up to it
  double limit_seconds = 60.0;   ///< the sweep ends at a size whose p99 of E2EL is over this
  double within_seconds = 10.0;  ///< the recommendation for "answers within so long"
  int warm_up = 1;               ///< batches of each size that don't count
  int repeats = 5;               ///< batches of each size that count
};

/// Sends 1, 2, 4, ... requests at once, first size after size until memory or the limit ends it (a size that
/// ran out of memory is in the record with that outcome, and the engine goes on), then again in turning
/// order, so that a drift of the machine meets all sizes alike. Each batch is a repetition of its group. The
/// engine's own bound on a batch is set to the size, where it takes orders, and put back at the end. Memory
/// is looked at in the first ascent only: what a large batch took isn't always given back.
///
/// `recommend_batches` adds what follows from it to the findings. Errors: RequestSource's are the caller's.
void run_batch_sweep(Engine& engine, const BatchSweepPlan& plan, RequestSource& source, RunRecorder& recorder,
                     const RunObserver& observer, const Stopped& stopped);

/// Which size suits "answers within so long" (the most answers a second among those whose p99 keeps to it)
/// and "most answers an hour". Of sizes that are not shown to differ (95 % bands of the rate overlap) the
/// smaller one, since it answers sooner. Settled groups with x as their size; whole sentences.
std::vector<std::string> recommend_batches(const std::vector<GroupRecord>& groups, double within_seconds);

}  // namespace fovea::bench
