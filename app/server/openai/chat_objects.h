#pragma once

#include "app/server/answering/generation.h"
#include "app/server/answering/model_list.h"
#include "core/api/engine.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace fovea::server {

/// The objects that OpenAI's clients know, and ours beside them.

/// "stop", "length", "tool_calls"; a cancelled answer counts as cut.
std::string_view openai_finish(FinishReason reason, bool called_tools);

/// `usage`, of all choices together: the prompt counts once.
nlohmann::ordered_json usage_object(const std::vector<CollectedAnswer>& answers);

/// `timings`, of ours: seconds by stage, and the figures that follow from them. `upload`, `parse`: what the
/// server adds to the engine's stages.
nlohmann::ordered_json timings_object(const RequestMetrics& metrics, double upload, double parse);

/// `logprobs.content` of a choice.
nlohmann::ordered_json logprobs_object(const std::vector<TokenLogprob>& logprobs);

/// `vision`, of ours: what the model saw of each picture and clip.
nlohmann::ordered_json vision_list(const std::vector<VisionInput>& inputs);

nlohmann::ordered_json tool_call_object(const ToolCall& call);

/// A model of GET /v1/models, and the list of them.
nlohmann::ordered_json model_object(const ServedModel& model, std::int64_t created);
nlohmann::ordered_json models_object(const std::vector<ServedModel>& models, std::int64_t created);

/// `models` of GET /health and /ready: where each is, in short.
nlohmann::ordered_json states_list(const std::vector<ServedModel>& models);

}  // namespace fovea::server
