#pragma once

#include "core/api/supervised_engine.h"

#include <memory>
#include <string>
#include <vector>

namespace fovea {

struct ChildOptions {
  /// The program and its arguments; empty: this program as `fovea engine-child`.
  std::vector<std::string> command;
  int restarts = 5;  ///< in a row that may fail, or end before an answer, until it is given up
  double first_pause_seconds = 0.1;  ///< before the first restart; doubles with each further one, up to 10 s
  /// A child says once a second that it lives. One that says nothing for so long has hung: it is ended and
  /// started again like one that died. Time in which this process itself was stopped doesn't count.
  double silence_seconds = 10.0;
  double start_seconds = 60.0;  ///< the same until its first word: its libraries may come from a slow disk
  double answer_seconds =
      30.0;  ///< for what a child says at once (a request taken, metrics); then it has hung
  HealthObserver on_health;
};

/// Starts the child and loads the model in it. Blocks until it is ready; the observer's false ends the child.
Result<std::unique_ptr<SupervisedEngine>> load_child_engine(const EngineOptions& options,
                                                            const LoadObserver& observer,
                                                            const ChildOptions& child = {});

}  // namespace fovea
