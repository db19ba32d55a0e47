#pragma once

#include "app/cli/answer_run.h"

#include <string>

namespace fovea::cli {

/// What `--json` prints after an answer: one object, described in docs/command-line.md, with a line end.
/// `load_seconds`: what loading the model took.
std::string answer_json(const Answer& answer, const ModelInfo& model, double load_seconds);

/// The same for a question that was never answered: {"error": {...}}.
std::string error_json(const Error& error);

/// What `--preview --json` prints.
std::string preview_json(const Preview& preview, const ModelInfo& model);

}  // namespace fovea::cli
