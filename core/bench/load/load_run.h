#pragma once

#include "core/api/engine.h"
#include "core/bench/answer_collector.h"
#include "core/bench/load/request_source.h"
#include "core/bench/run_recorder.h"

#include <cstdint>
#include <string>

namespace fovea::bench {

/// How requests come. Open loop: at times of their own, whether the engine keeps up or not, as from people
/// who know nothing of each other (Poisson). Closed loop: so many clients, each sends when its answer is
/// there.
struct LoadPlan {
  std::string label;            ///< of the group
  double x = 0.0;               ///< of the group
  double rate = 0.0;            ///< requests a second; above 0: open loop
  int concurrency = 1;          ///< clients; closed loop
  double think_seconds = 0.0;   ///< between an answer and its client's next question; closed loop
  std::int64_t requests = 0;    ///< that are sent at most; 0: as many as the time allows
  double duration_seconds = 0;  ///< after so long nothing is sent any more; 0: until `requests` are sent
  std::uint64_t seed = 0;       ///< of the arrivals
  int run = 1;                  ///< which repetition of the group this is
};

/// Sends and waits until every request has ended; each is added to the recorder as it ends. Once `stopped`
/// says so, what runs is cancelled and counts for nothing. A request of an open loop is sent when its time
/// has come however many are under way; where the sender itself is late (a machine that is too busy),
/// late_seconds says by how much, and latencies count from the sending. Needs `requests` or
/// `duration_seconds`.
void run_load(Engine& engine, const LoadPlan& plan, RequestSource& source, RunRecorder& recorder,
              const RunObserver& observer, const Stopped& stopped);

/// `count` requests one after another, recorded nowhere.
void warm_up(Engine& engine, int count, RequestSource& source, const RunObserver& observer,
             const Stopped& stopped);

}  // namespace fovea::bench
