#pragma once

#include "core/bench/engine_bench.h"
#include "core/bench/run_recorder.h"

#include <filesystem>
#include <string>
#include <vector>

namespace fovea::cli {

/// Keeps the answers of a BenchPlan as a run on disk, as the other verbs keep theirs: what `bench report`,
/// `compare` and `check` read. One thread at a time.
class AnswerKeeper {
 public:
  /// `arguments` after `fovea`: {"bench", "ttft", ...}; `record` says what is known of machine and model.
  AnswerKeeper(const bench::BenchPlan& plan, std::vector<std::string> arguments, bench::RunRecord record);

  /// Errors: RunRecorder::keep_in's.
  Result<void> keep_in(const std::filesystem::path& folder) { return recorder_.keep_in(folder); }
  /// To be handed to run_bench(); this must outlive it.
  bench::AnswersObserver observer();
  /// Ends the record and writes the reports. Errors: the first one of writing.
  Result<void> finish(bool stopped, double read_after);

  const bench::RunRecorder& recorder() const { return recorder_; }

 private:
  bench::BenchKind kind_;
  bench::RunRecorder recorder_;
};

}  // namespace fovea::cli
