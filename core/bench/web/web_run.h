#pragma once

#include "core/bench/answer_collector.h"
#include "core/bench/run_recorder.h"
#include "core/bench/web/ask_path.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::bench {

/// What was used from one moment to another, each figure with one value. Handed in: what a browser is, and
/// where a GPU's figures come from, is not known here.
class ResourceMeter {
 public:
  virtual ~ResourceMeter() = default;
  virtual void begin() = 0;
  /// Of the path that was asked since `begin`.
  virtual std::vector<RunFigure> figures(std::string_view path) = 0;
};

/// One asking of a run.
struct WebTurn {
  int round = 0;  ///< counted from 0; those below the warm-up aren't recorded
  std::size_t task = 0;
  std::size_t path = 0;
};

/// Every task over every path once a round. The paths of a task follow each other, and each task and round
/// begins with another path, so that a drift of the machine meets all paths alike.
std::vector<WebTurn> interleaved(int rounds, std::size_t tasks, std::size_t paths);

struct WebPlan {
  std::vector<WebTask> tasks;
  int runs = 10;    ///< that count, of each task over each path
  int warm_up = 1;  ///< rounds before them
};

/// Asks every task over every path; a request is recorded under web_label(task, path). Beside it stand the
/// figures of ResourceMeter and those that only a path knows: ttft_answer_parse_ms, ttft_paint_ms,
/// request_bytes, base64_ms, chosen_ms. A failed request is recorded and the run goes on.
void run_web_paths(const WebPlan& plan, const std::vector<AskPath*>& paths, ResourceMeter& meter,
                   RunRecorder& recorder, const RunObserver& observer, const Stopped& stopped);

/// Makes a path of its own for one of several askers at once.
using PathMaker = std::function<Result<std::unique_ptr<AskPath>>()>;

/// So many askers at once, each with a path of its own, each through all tasks `runs` times, beginning with
/// another; recorded under at_once_label() of `path_name`. The paths are made and each has asked once before
/// the first request counts. Errors: the maker's.
Result<void> run_askers(const WebPlan& plan, int askers, const std::string& path_name, const PathMaker& make,
                        ResourceMeter& meter, RunRecorder& recorder, const RunObserver& observer,
                        const Stopped& stopped);

}  // namespace fovea::bench
