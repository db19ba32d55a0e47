#pragma once

#include "app/cli/host.h"
#include "app/cli/model_loading.h"
#include "app/cli/status_line.h"
#include "app/serve/serve_settings.h"
#include "app/server/answering/model_list.h"
#include "core/api/load_plan.h"
#include "core/fleet/fleet.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace fovea::serve {

/// When models that nobody asks leave memory: FleetOptions' `idle_after` and `wanted`.
struct IdleRules {
  std::chrono::duration<double> after{300.0};
  std::function<bool()> wanted = {};
};

/// What --idle-unload and --loaded-hours ask for; nothing where neither is given. Hours alone unload after
/// five idle minutes outside of them. Errors: kInvalidArgument (hours that make no sense; with --server,
/// whose model is not ours to unload).
Result<std::optional<IdleRules>> idle_rules(const ServeSettings& settings);

/// How several models are had on this machine: plan_local_engine() and load_local_engine_beside(), or
/// something scripted; empty: they cannot be had.
struct SeveralModels {
  std::function<Result<LoadPlan>(const EngineOptions&)> plan = {};
  cli::EngineFactory load_beside = {};
};

/// The models that a server answers with. Movable; the host must outlive it.
struct ServingModels {
  std::unique_ptr<Engine> engine;  ///< one that never leaves memory; else
  std::unique_ptr<Fleet> fleet;    ///< models that come and go

  server::ServedModels served() const;
};

/// Loads one model, or of several as many as have a place beside each other, in the order in which they are
/// named; says on `status` and host.err what it does, and later what comes and goes. Several share one limit
/// (--memory, or what is free), each with a share of its own from memory_shares(). Errors: as
/// cli::load_model's; kInvalidArgument (two of one name, an adapter for several, too many); kOutOfMemory (one
/// that would never fit, with the figures).
Result<ServingModels> load_models(const ServeSettings& settings, std::optional<IdleRules> idle,
                                  const SeveralModels& several, cli::Host& host, cli::StatusLine& status);

}  // namespace fovea::serve
