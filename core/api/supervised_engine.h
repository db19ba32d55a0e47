#pragma once

#include "core/api/engine.h"

#include <functional>
#include <memory>
#include <string>

namespace fovea {

/// How an engine in a process of its own is.
struct EngineHealth {
  enum class State {
    kReady,       ///< it answers
    kRestarting,  ///< its process died or hung and is being started again
    kGivenUp,     ///< that went wrong too often; SupervisedEngine::restart() tries anew
  };
  State state = State::kReady;
  std::string reason;          ///< why it is not ready, one sentence
  int attempt = 0;             ///< of kRestarting: which start this is, from 1; 0: one that was asked for
  int attempts = 0;            ///< starts in a row before it is given up
  double pause_seconds = 0.0;  ///< before this start
};

/// Told of every change. Called from a thread of the engine's; must not call the engine.
using HealthObserver = std::function<void(const EngineHealth&)>;

/// An engine whose model lives in a process of its own, so that its death ends no more than the answers that
/// ran: they end with Failed{kEngineFailed} and what they gave stands. The process is started again by
/// itself; requests that come meanwhile wait for it. No call waits for ever on a process that hangs.
class SupervisedEngine : public Engine {
 public:
  /// Number of the process that runs now; -1: none does.
  virtual int process() const = 0;
  /// After kGivenUp: try again. Otherwise nothing. Any thread.
  virtual void restart() = 0;
};

}  // namespace fovea
