#pragma once

#include "core/api/engine.h"

#include <cstdint>
#include <memory>

namespace fovea {

/// What a model would take, before it is loaded. Bytes of the model alone, the program not counted.
struct LoadPlan {
  ModelInfo model;            ///< as far as it is known before loading
  std::uint64_t weights = 0;  ///< once loaded
  std::uint64_t loading = 0;  ///< at the worst moment of loading
  /// With which it can be loaded and answer: room for one question of kPlannedTokens, or as many as the model
  /// reads, and about a picture of kPlannedSide².
  std::uint64_t least = 0;
};
inline constexpr std::int64_t kPlannedTokens = 8192;
inline constexpr std::int64_t kPlannedSide = 1024;  ///< pixels

/// Plans load_local_engine() with these options from config.json and the headers of the weights; nothing of
/// them is read. Errors: as loading a folder that isn't whole, or of a model that this program does not run.
/// Milliseconds.
Result<LoadPlan> plan_local_engine(const EngineOptions& options);

/// As load_local_engine(), for one of several models in this process: EngineOptions::memory_bytes (> 0) is
/// what this model alone may take, weights, caches and requests; the program and what else lives in this
/// process do not count. kOutOfMemory too where the machine has not as much left at the moment.
Result<std::unique_ptr<Engine>> load_local_engine_beside(const EngineOptions& options,
                                                         const LoadObserver& observer);

}  // namespace fovea
