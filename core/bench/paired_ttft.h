#pragma once

#include "core/api/engine.h"
#include "core/bench/engine_bench.h"

#include <string>

namespace fovea::bench {

/// An engine and what it is called in the report.
struct NamedEngine {
  Engine& engine;
  std::string name;
};

/// Asks both engines about the same new picture, pair by pair, one after the other and each first in every
/// second pair, so that what else the machine does meets both alike. Of `plan` counts what kTtft takes.
///
/// The report has three parts: each engine's times, and the pairs' differences (`other` less `base`).
/// ttft_seen_ms is the time until the first text was here, so it has the whole way to another process and
/// back; way_ms is that way alone, which a busy machine blurs less. A pair in which an answer failed counts
/// for nothing.
BenchReport run_paired_ttft(const NamedEngine& base, const NamedEngine& other, const BenchPlan& plan,
                            const BenchProgress& progress, const Stopped& stopped);

}  // namespace fovea::bench
