#include "app/server/openai/chat_request.h"

#include "app/server/openai/messages.h"
#include "app/server/openai/response_format.h"
#include "app/server/wire/json_fields.h"
#include "core/api/request_check.h"
#include "core/output/structured/verdict_presets.h"

#include <limits>
#include <optional>
#include <utility>

namespace fovea::server {
namespace {

using nlohmann::json;

void read_sampling(JsonFields& fields, ChatRequest& request) {
  SamplingParams& sampling = request.generation.sampling;
  sampling.temperature = fields.number("temperature");
  sampling.top_p = fields.number("top_p");
  sampling.min_p = fields.number("min_p");
  sampling.repetition_penalty = fields.number("repetition_penalty");
  sampling.presence_penalty = fields.number("presence_penalty").value_or(0.0);
  sampling.frequency_penalty = fields.number("frequency_penalty").value_or(0.0);
  const auto top_k = fields.integer("top_k", -1, std::numeric_limits<int>::max());
  if (top_k) sampling.top_k = *top_k < 0 ? 0 : static_cast<int>(*top_k);  // vLLM's -1: all of them
  const auto seed = fields.integer("seed", std::numeric_limits<std::int64_t>::min(),
                                   std::numeric_limits<std::int64_t>::max());
  if (seed) sampling.seed = static_cast<std::uint64_t>(*seed);
  request.logprobs = fields.flag("logprobs").value_or(false);
  const auto top = fields.integer("top_logprobs", 0, kMaxLogprobs);
  if (top && !request.logprobs) fields.fail("top_logprobs", "needs logprobs to be true.");
  if (request.logprobs) sampling.logprobs = static_cast<int>(top.value_or(0));
}

void read_stop(JsonFields& fields, GenerationRequest& request) {
  const json* stop = fields.value("stop");
  if (stop == nullptr) return;
  if (stop->is_string()) {
    request.stop.push_back(stop->get<std::string>());
    return;
  }
  if (!stop->is_array()) return fields.fail("stop", "must be a text or a list of texts.");
  for (const json& one : *stop) {
    if (!one.is_string()) return fields.fail("stop", "must be a text or a list of texts.");
    request.stop.push_back(one.get<std::string>());
  }
}

void read_lengths(JsonFields& fields, GenerationRequest& request) {
  const auto newer = fields.integer("max_completion_tokens", 1, kMaxNewTokens);
  const auto older = fields.integer("max_tokens", 1, kMaxNewTokens);
  if (newer || older) request.max_new_tokens = static_cast<int>(newer ? *newer : *older);
  request.continue_answer = fields.flag("continue_final_message").value_or(false);  // as vLLM names it
  request.ignore_eos = fields.flag("ignore_eos").value_or(false);
  request.priority = static_cast<int>(fields.integer("priority", -1000, 1000).value_or(0));
}

void read_streaming(JsonFields& fields, ChatRequest& request) {
  request.stream = fields.flag("stream").value_or(false);
  const json* options = fields.object("stream_options");
  if (options == nullptr) return;
  if (!request.stream) return fields.fail("stream_options", "needs stream to be true.");
  JsonFields inner(*options, "stream_options");
  request.include_usage = inner.flag("include_usage").value_or(false);
  request.include_progress = inner.flag("include_progress").value_or(false);
  inner.refuse_others({"continuous_usage_stats", "include_obfuscation"});
  if (inner.error()) fields.fail("stream_options", "cannot be read: " + inner.error()->message);
}

void read_template(JsonFields& fields, GenerationRequest& request) {
  const json* variables = fields.object("chat_template_kwargs");
  if (variables == nullptr) return;
  for (const auto& [name, value] : variables->items()) {
    if (name == "enable_thinking" && value.is_boolean()) {
      request.thinking = value.get<bool>() ? Thinking::kOn : Thinking::kOff;
    } else {
      request.template_variables[name] = value.dump();
    }
  }
}

void read_budgets(JsonFields& fields, GenerationRequest& request) {
  const json* options = fields.object("mm_processor_kwargs");
  if (options == nullptr) return;
  constexpr std::int64_t kMostPixels = 1'000'000'000;
  JsonFields inner(*options, "mm_processor_kwargs");
  request.image_budget.min_pixels = inner.integer("min_pixels", 0, kMostPixels).value_or(0);
  request.image_budget.max_pixels =
      inner.integer("max_pixels", 0, kMostPixels).value_or(request.image_budget.max_pixels);
  inner.refuse_others({});
  if (inner.error()) fields.fail("mm_processor_kwargs", "cannot be read: " + inner.error()->message);
}

void read_tools(JsonFields& fields, ChatRequest& request) {
  const json* tools = fields.list("tools");
  const json* choice = fields.value("tool_choice");
  if (choice != nullptr && *choice != "auto" && *choice != "none") {
    return fields.fail("tool_choice", "can be \"auto\" or \"none\" only.");
  }
  if (tools == nullptr || tools->empty() || (choice != nullptr && *choice == "none")) return;
  for (const json& tool : *tools) {
    const bool function = tool.is_object() && tool.value("type", json()) == "function" &&
                          tool.contains("function") && tool["function"].is_object() &&
                          tool["function"].value("name", json()).is_string();
    if (!function)
      return fields.fail("tools",
                         "must be a list of {\"type\": \"function\", \"function\": {\"name\": ...}}.");
  }
  request.tools = true;
  request.generation.tools_json = tools->dump();
}

void read_preset(JsonFields& fields, ChatRequest& request) {
  request.preset = fields.text("preset").value_or("");
  if (request.preset.empty()) return;
  if (find_verdict_preset(request.preset) == nullptr)
    return fields.fail("preset", "must be one of " + verdict_preset_names() + ".");
  if (!request.generation.response_schema.empty() || request.tools)
    fields.fail("preset", "brings its own form of the answer: leave response_format and tools out.");
}

}  // namespace

Result<ChatRequest> read_chat_request(const json& body) {
  ChatRequest request;
  JsonFields fields(body, "");
  request.model = fields.text("model").value_or("");
  const json* messages = fields.list("messages");
  if (messages == nullptr) fields.require("messages");
  read_sampling(fields, request);
  read_stop(fields, request.generation);
  read_lengths(fields, request.generation);
  read_streaming(fields, request);
  read_template(fields, request.generation);
  read_budgets(fields, request.generation);
  read_tools(fields, request);
  request.generation.response_schema = read_response_format(fields);
  read_preset(fields, request);
  request.choices = static_cast<int>(fields.integer("n", 1, kMostChoices).value_or(1));
  const json* bias = fields.object("logit_bias");
  if (bias != nullptr && !bias->empty()) fields.fail("logit_bias", "is not supported.");
  // What clients send out of habit and what changes nothing here.
  fields.refuse_others({"user", "store", "metadata", "service_tier", "parallel_tool_calls", "modalities",
                        "safety_identifier", "prompt_cache_key", "verbosity", "reasoning_effort",
                        "skip_special_tokens", "include_reasoning", "add_generation_prompt", "cache_prompt",
                        "prediction"});
  if (fields.error()) return *fields.error();
  const Result<void> read = read_messages(*messages, request);
  if (!read) return read.error();
  if (!request.preset.empty()) apply(*find_verdict_preset(request.preset), request.generation);
  return request;
}

}  // namespace fovea::server
