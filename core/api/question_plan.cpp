#include "core/api/question_plan.h"

#include <utility>

namespace fovea {

Result<QuestionPlan> plan_question(Engine& engine, const GenerationRequest& request) {
  if (auto* planner = dynamic_cast<QuestionPlanner*>(&engine)) return planner->plan(request);
  Result<Preview> preview = engine.preview(request);
  if (!preview) return std::move(preview).error();
  return QuestionPlan{std::move(preview).value(), {}};
}

}  // namespace fovea
