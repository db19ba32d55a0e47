#pragma once

#include "core/api/engine.h"
#include "core/bench/answer_collector.h"
#include "core/bench/load/request_source.h"
#include "core/bench/run_recorder.h"

#include <cstdint>
#include <vector>

namespace fovea::bench {

/// The group in which nothing is asked.
inline constexpr const char* kIdleState = "idle";

struct ServiceStatesPlan {
  double seconds = 30.0;                ///< of each state
  double think_seconds = 2.0;           ///< of the one person, between an answer and the next question
  std::vector<double> rates = {5, 10};  ///< requests a second
  std::uint64_t seed = 1;               ///< of the arrivals
};

/// The states of a service one after the other: loaded and idle; one person who asks, reads and asks again;
/// requests that arrive at each of the rates (Poisson). Processors, memory, watts and latencies of each are a
/// group. A state is over when all of its requests have ended, so that the next begins at rest: a rate beyond
/// what the engine can do takes longer than its seconds, and its latencies say so.
void run_service_states(Engine& engine, const ServiceStatesPlan& plan, RequestSource& source,
                        RunRecorder& recorder, const RunObserver& observer, const Stopped& stopped);

}  // namespace fovea::bench
