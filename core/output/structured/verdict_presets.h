#pragma once

#include "core/api/generation_request.h"

#include <span>
#include <string>
#include <string_view>

namespace fovea {

/// A ready-made task: what the model is told, and the form of its answer, {"result": ..., "reasons": [...]}.
struct VerdictPreset {
  std::string_view name;
  std::string_view about;        ///< one line for people
  std::string_view question;     ///< where the user asks none
  std::string_view instruction;  ///< for the model
  std::string_view schema;       ///< see GenerationRequest::response_schema
};

/// moderation, receipt, form.
std::span<const VerdictPreset> verdict_presets();

/// Null where there is none of this name.
const VerdictPreset* find_verdict_preset(std::string_view name);

/// The names, for messages: "moderation, receipt, form".
std::string verdict_preset_names();

/// Makes a request one for this task: its instruction behind the system message (a new one where there is
/// none), its schema, and the log probabilities that value_confidence() needs.
void apply(const VerdictPreset& preset, GenerationRequest& request);

}  // namespace fovea
