#pragma once

#include "app/cli/answer_run.h"
#include "core/api/question_plan.h"

#include <optional>
#include <string>

namespace fovea::cli {

/// What is known besides the answer.
struct AnswerContext {
  double load_seconds = 0.0;         ///< what loading the model took; below 0: not known
  std::optional<double> confidence;  ///< see value_confidence()
};

/// What `--json` prints after an answer: one object, described in docs/command-line.md, with a line end.
std::string answer_json(const Answer& answer, const ModelInfo& model, const AnswerContext& context);

/// The same for a question that was never answered: {"error": {...}}.
std::string error_json(const Error& error);

/// What `--preview --json` prints.
std::string preview_json(const QuestionPlan& plan, const ModelInfo& model);

}  // namespace fovea::cli
