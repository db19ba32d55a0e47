#pragma once

#include "core/bench/answer_collector.h"
#include "core/bench/run_recorder.h"
#include "core/cost/elsewhere.h"
#include "core/cost/inputs.h"
#include "ui/monitor_services.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fovea::ui {

/// A run as it is typed: `fovea ARGUMENTS --out FOLDER`.
struct RunOrder {
  std::vector<std::string> arguments;  ///< {"bench", "load", "--rate", "2"}
  std::string folder;                  ///< new; made by the run
};
/// Told how far a run has come, with its record so far, on the thread that measures.
using RunWatcher = std::function<void(const bench::RunProgress&, const bench::RunRecord&)>;
/// Measures and keeps the run. Blocks until it is over. Once `stopped` says so it ends, and what was measured
/// by then is kept, which is no error.
using RunMeasurer = std::function<Result<void>(const RunOrder&, const RunWatcher&, const bench::Stopped&)>;

/// The user's prices, as `fovea cost` reads and keeps them.
struct Prices {
  cost::CostInputs inputs;
  std::optional<std::string> basis;  ///< as cost::basis_name() writes it; unset: the first with a price
  std::vector<cost::ApiPrice> apis;  ///< in the user's currency
};

/// What measuring and cost have of the program around the window, beside WindowServices; each may be empty.
/// The window never calls them on its own thread.
struct LabServices {
  /// The benchmarks of the command line.
  RunMeasurer measure_run;
  /// Whether there is a browser to measure a page in. Looks at the disk.
  std::function<bool()> has_browser;
  /// Nothing is set where the user keeps none.
  std::function<Result<Prices>()> read_prices;
  /// Keeps inputs and basis; the table of APIs stays as it is in the file.
  std::function<Result<void>(const Prices&)> write_prices;
  /// Watching the machine.
  MonitorServices monitor;
};

}  // namespace fovea::ui
