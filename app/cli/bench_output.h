#pragma once

#include "core/api/engine.h"
#include "core/bench/engine_bench.h"

#include <string>

#include <nlohmann/json.hpp>

namespace fovea::cli {

/// A benchmark with all that belongs to reading it.
struct BenchRun {
  bench::BenchKind kind = bench::BenchKind::kDecode;
  bench::BenchPlan plan;
  bench::BenchReport report;
  ModelInfo model;
  EngineMetrics engine;  ///< after the last run
  double load_seconds = 0.0;
  double read_before = 0.0;  ///< bytes a second that memory was read at before and after; 0: not known
  double read_after = 0.0;
};

/// A table of figures a part, the formulas below it.
std::string bench_text(const BenchRun& run);

/// The same with every value, for scripts.
nlohmann::ordered_json bench_json(const BenchRun& run);

}  // namespace fovea::cli
