#pragma once

#include "core/api/engine.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fovea {

/// How the child is: it answers; it died and is being started again; it died too often (`reason` says it).
enum class ChildState { kReady, kRestarting, kFailed };

struct ChildOptions {
  /// The program and its arguments; empty: this program as `fovea engine-child`.
  std::vector<std::string> command;
  int tries = 5;  ///< starts in a row that may fail, or end before an answer, until it is given up
  double first_pause_seconds = 0.1;  ///< before the second try; doubles with each further one, up to 10 s
  /// Told of every change, from the supervisor's thread; must not call the engine.
  std::function<void(ChildState, const std::string& reason)> on_state;
};

/// An engine whose model lives in a process of its own, so that its death ends no more than the answers that
/// ran: they end with Failed{kEngineFailed} and what they gave stands. The child is started again by itself;
/// requests that come meanwhile wait for it.
class ChildEngine : public Engine {
 public:
  /// Of the child that runs now; -1: none does.
  virtual int process() const = 0;
  /// After kFailed: try again. Otherwise nothing. Any thread.
  virtual void restart() = 0;
};

/// Starts the child and loads the model in it. Blocks until it is ready; the observer's false ends the child.
Result<std::unique_ptr<ChildEngine>> load_child_engine(const EngineOptions& options,
                                                       const LoadObserver& observer,
                                                       const ChildOptions& child = {});

}  // namespace fovea
