#pragma once

#include "core/api/engine.h"
#include "core/bench/answer_collector.h"
#include "core/bench/load/request_source.h"
#include "core/bench/run_recorder.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace fovea::bench {

/// What the queue model is held against. Each round asks bursts, which tell it how fast the machine is, then
/// sends requests at random moments at shares of the rate that it says the machine could keep up with.
struct QueueCheckPlan {
  std::vector<int> bursts = {1, 2, 4, 8};  ///< asked at the same moment; ascending
  int burst_repeats = 8;                   ///< of each size
  /// Before each burst, in seconds. A prompt that finds the machine asleep takes up to a quarter longer than
  /// one right behind another, and at random moments it often does.
  double rest = 0.1;
  std::vector<double> loads = {0.5, 0.7, 0.85};
  std::int64_t requests = 200;  ///< of each load
  int rounds = 1;
  std::uint64_t seed = 0;  ///< of the moments
};

/// Measures; what follows is said by conclude_queue. `read_limit` measures how fast memory is read, before
/// and after the bursts and each load; empty: nobody knows whether the machine kept still.
void run_queue_check(Engine& engine, const QueueCheckPlan& plan, RequestSource& source,
                     const std::function<double()>& read_limit, RunRecorder& recorder,
                     const RunObserver& observer, const Stopped& stopped);

/// Read limits that are further apart than this are another machine than the model knows.
inline constexpr double kQueueMoved = 0.10;
/// A simulation that is this close to what was measured holds.
inline constexpr double kQueueClose = 0.15;

/// Simulates each load of a settled record at the moments at which its requests came, on a machine as fast as
/// its round's bursts, and sets mean and 99th percentile beside what was measured: a table, and which loads
/// the simulation is within 15 % of. Loads during whose round memory's speed moved by 10 % or more are told
/// apart.
void conclude_queue(RunRecord& record);

}  // namespace fovea::bench
