#pragma once

#include "core/api/engine.h"

#include <optional>
#include <string>
#include <vector>

namespace fovea::debug {

/// An answer from its first event to its last.
struct CollectedAnswer {
  std::string text;
  std::string reasoning;
  std::vector<std::int32_t> ids;
  RequestMetrics metrics;
  std::optional<Error> error;
};

/// Asks and blocks until the answer is whole.
CollectedAnswer wait_for_answer(Engine& engine, const GenerationRequest& request);

}  // namespace fovea::debug
