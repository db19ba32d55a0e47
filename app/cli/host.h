#pragma once

#include "app/cli/console.h"
#include "app/cli/interrupt.h"
#include "app/resources.h"
#include "core/api/engine.h"
#include "core/hub/model_places.h"

#include <functional>
#include <memory>

namespace fovea::cli {

/// Loads a model; `load_local_engine`, or a scripted engine in tests.
using EngineFactory =
    std::function<Result<std::unique_ptr<Engine>>(const EngineOptions&, const LoadObserver&)>;

/// All that a verb has of the world outside it.
struct Host {
  Output& out;  ///< answers
  Output& err;  ///< everything else
  Input& in;
  Interrupt& interrupt;
  EngineFactory load_engine;
  Resources resources;
  ModelPlaces places;  ///< where models are looked for by name
};

}  // namespace fovea::cli
