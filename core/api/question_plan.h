#pragma once

#include "core/api/admission_forecast.h"
#include "core/api/engine.h"

#include <optional>

namespace fovea {

/// What can be said of a question before it is sent.
struct QuestionPlan {
  Preview preview;
  std::optional<AdmissionForecast> admission = {};  ///< nothing where the engine does not know
};

/// An engine that knows what it would do with a question: its memory and its queue are its own to plan.
class QuestionPlanner {
 public:
  virtual ~QuestionPlanner() = default;

  /// Engine::preview(), and whether the question would be let in. Decodes pictures, so not for a GUI thread.
  virtual Result<QuestionPlan> plan(const GenerationRequest& request) = 0;
};

/// What this engine can say: its plan, or if it is no QuestionPlanner its preview alone.
Result<QuestionPlan> plan_question(Engine& engine, const GenerationRequest& request);

}  // namespace fovea
