#include "app/server/openai/chat_objects.h"

#include <algorithm>
#include <utility>

namespace fovea::server {

using nlohmann::ordered_json;

std::string_view openai_finish(FinishReason reason, bool called_tools) {
  if (reason == FinishReason::kLength || reason == FinishReason::kCancelled) return "length";
  return called_tools ? "tool_calls" : "stop";
}

ordered_json usage_object(const std::vector<CollectedAnswer>& answers) {
  std::int64_t prompt = 0;
  std::int64_t cached = 0;
  std::int64_t vision = 0;
  std::int64_t completion = 0;
  std::int64_t reasoning = 0;
  for (const CollectedAnswer& answer : answers) {
    prompt = std::max(prompt, answer.metrics.prompt_tokens);
    vision = std::max(vision, answer.metrics.vision_tokens);
    cached = std::max(cached, answer.metrics.prefix_reused);
    completion += answer.metrics.completion_tokens;
    reasoning += answer.metrics.reasoning_tokens;
  }
  return {{"prompt_tokens", prompt},
          {"completion_tokens", completion},
          {"total_tokens", prompt + completion},
          {"prompt_tokens_details", {{"cached_tokens", cached}, {"vision_tokens", vision}}},
          {"completion_tokens_details", {{"reasoning_tokens", reasoning}}}};
}

ordered_json timings_object(const RequestMetrics& metrics, double upload, double parse) {
  ordered_json stages = ordered_json::object();
  StageTimes times = metrics.stages;
  times[Stage::kUpload] += upload;
  times[Stage::kRequestParse] += parse;
  for (std::size_t i = 0; i < kStageCount; ++i) {
    if (times.seconds[i] > 0.0) stages[std::string(stage_name(static_cast<Stage>(i)))] = times.seconds[i];
  }
  return {{"stages", std::move(stages)},
          {"ttft", metrics.ttft()},
          {"tpot", metrics.tpot()},
          {"total", metrics.total_seconds + upload + parse},
          {"vision_reused", metrics.vision_reused},
          {"prefix_reused", metrics.prefix_reused},
          {"answer_cached", metrics.answer_cached},
          {"preemptions", metrics.preemptions},
          {"peak_memory_bytes", metrics.peak_memory_bytes}};
}

namespace {

/// A token's text is what its bytes are; those that are no whole characters are in `bytes` alone.
ordered_json token_object(const std::string& bytes, float logprob) {
  ordered_json list = ordered_json::array();
  for (const char c : bytes) list.push_back(static_cast<int>(static_cast<unsigned char>(c)));
  return {{"token", bytes}, {"logprob", logprob}, {"bytes", std::move(list)}};
}

}  // namespace

ordered_json logprobs_object(const std::vector<TokenLogprob>& logprobs) {
  ordered_json content = ordered_json::array();
  for (const TokenLogprob& token : logprobs) {
    ordered_json entry = token_object(token.bytes, token.logprob);
    ordered_json top = ordered_json::array();
    for (const LikelyToken& likely : token.top) top.push_back(token_object(likely.bytes, likely.logprob));
    entry["top_logprobs"] = std::move(top);
    if (token.among_allowed) entry["among_allowed"] = *token.among_allowed;  // of ours: see TokenLogprob
    content.push_back(std::move(entry));
  }
  return {{"content", std::move(content)}};
}

ordered_json vision_list(const std::vector<VisionInput>& inputs) {
  ordered_json list = ordered_json::array();
  for (const VisionInput& input : inputs) {
    ordered_json entry = {{"name", input.name},
                          {"kind", input.video ? "clip" : "picture"},
                          {"source", {input.source_width, input.source_height}},
                          {"resized", {input.resized_width, input.resized_height}},
                          {"grid", {input.grid_t, input.grid_h, input.grid_w}},
                          {"tokens", input.tokens}};
    if (input.video) entry["frames"] = input.frame_indices;
    if (!input.note.empty()) entry["note"] = input.note;
    list.push_back(std::move(entry));
  }
  return list;
}

ordered_json tool_call_object(const ToolCall& call) {
  return {{"id", call.id},
          {"type", "function"},
          {"function", {{"name", call.name}, {"arguments", call.arguments_json}}}};
}

ordered_json model_object(const ServedModel& model, std::int64_t created) {
  const ModelInfo& info = model.info;
  return {{"id", info.name},
          {"object", "model"},
          {"created", created},
          {"owned_by", "fovea"},
          {"max_model_len", info.context_tokens},
          {"family", info.family},
          {"parameters", info.parameters},
          {"compute_type", info.compute_type},
          {"weight_format", info.weight_format.empty() ? "model" : info.weight_format},
          {"kv_cache_type", info.kv_cache_type.empty() ? ordered_json() : ordered_json(info.kv_cache_type)},
          {"weights_bytes", info.weights_bytes},
          {"reasons", info.reasons},
          {"note", info.note},
          {"loaded", model.state == ModelState::kLoaded},
          {"state", model_state_name(model.state)},
          {"memory_bytes", model.bytes ? ordered_json(*model.bytes) : ordered_json()}};
}

ordered_json models_object(const std::vector<ServedModel>& models, std::int64_t created) {
  ordered_json list = ordered_json::array();
  for (const ServedModel& model : models) list.push_back(model_object(model, created));
  return {{"object", "list"}, {"data", std::move(list)}};
}

ordered_json states_list(const std::vector<ServedModel>& models) {
  ordered_json list = ordered_json::array();
  for (const ServedModel& model : models) {
    list.push_back({{"id", model.info.name},
                    {"state", model_state_name(model.state)},
                    {"memory_bytes", model.bytes ? ordered_json(*model.bytes) : ordered_json()}});
  }
  return list;
}

}  // namespace fovea::server
