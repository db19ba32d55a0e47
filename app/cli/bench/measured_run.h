#pragma once

#include "app/cli/argument_parser.h"
#include "app/cli/host.h"
#include "app/cli/model_loading.h"
#include "core/bench/answer_collector.h"
#include "core/bench/run_recorder.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fovea::cli {

/// --out or --resume, --json, --quiet.
struct RunOutput {
  std::optional<std::string> folder;
  std::optional<std::string> resume;
  bool json = false;
  bool quiet = false;
};

void declare_run_output(ArgumentParser& parser, RunOutput& output);

/// A run as a verb begins it.
struct RunSetup {
  std::string name;                    ///< "load"
  std::vector<std::string> arguments;  ///< {"bench", "load", ...}
  std::vector<std::pair<std::string, std::string>> settings;
  std::string axis;
  bench::LatencyLimits limits;
  int groups = 1;  ///< that are measured, for the time that is left
};

/// What a measurement works with.
struct Measurement {
  Engine& engine;
  bench::RunRecorder& recorder;
  bench::RunObserver observer;  ///< says on standard error how far it is
  bench::Stopped stopped;       ///< Ctrl+C
};

/// Measures: gets the engine, adds requests and findings to the recorder. An error keeps it from going on.
using Measure = std::function<Result<void>(Measurement&)>;

/// The whole of a run around its measurement: measures how fast memory is read, loads the model or connects,
/// records, measures memory again, writes the bundle and prints the result. The exit status: kInterrupted
/// after Ctrl+C; that of the first failure where no request at all was answered.
int run_measured(const RunSetup& setup, const ModelOptions& model, const RunOutput& output, Host& host,
                 const Measure& measure);

/// The same for a measurement that loads its engines itself.
int run_measured_without_engine(const RunSetup& setup, const RunOutput& output, Host& host,
                                const std::function<Result<void>(bench::RunRecorder&, StatusLine&)>& measure);

}  // namespace fovea::cli
