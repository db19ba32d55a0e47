#include "core/remote/chat_body.h"

#include "core/api/names.h"
#include "core/remote/data_url.h"

#include <deque>

#include <nlohmann/json.hpp>

namespace fovea {
namespace {

using Ordered = nlohmann::ordered_json;

Error unsupported(const std::string& what, const std::string& remedy) {
  return {ErrorCode::kUnsupported, what, remedy, {}};
}

Result<Ordered> content_json(const Message& message) {
  // Servers' templates for these roles want a string.
  const bool words_only =
      message.plain_text || message.role == Role::kAssistant || message.role == Role::kTool;
  if (words_only) {
    std::string words;
    bool whole = true;
    for (const ContentPart& part : message.content) {
      const auto* text = std::get_if<TextPart>(&part);
      if (text == nullptr) whole = false;
      if (text != nullptr) words += text->text;
    }
    if (whole) return Ordered(words);
  }
  Ordered parts = Ordered::array();
  for (const ContentPart& part : message.content) {
    if (const auto* text = std::get_if<TextPart>(&part)) {
      parts.push_back({{"type", "text"}, {"text", text->text}});
    } else if (const auto* image = std::get_if<ImagePart>(&part)) {
      parts.push_back({{"type", "image_url"}, {"image_url", {{"url", data_url(image->image)}}}});
    } else {
      return unsupported("Clips can't be sent to a server: there is no common way to do it.",
                         "Ask a model on this machine, or send some of the clip's frames as pictures.");
    }
  }
  return parts;
}

/// Results of tools name their call; our messages stand in the calls' order.
Ordered tool_calls_json(const Message& message, std::deque<std::string>& open_calls) {
  Ordered calls = Ordered::array();
  for (const ToolCall& call : message.tool_calls) {
    calls.push_back({{"id", call.id},
                     {"type", "function"},
                     {"function", {{"name", call.name}, {"arguments", call.arguments_json}}}});
    open_calls.push_back(call.id);
  }
  return calls;
}

Result<Ordered> messages_json(const std::vector<Message>& messages) {
  Ordered list = Ordered::array();
  std::deque<std::string> open_calls;
  for (const Message& message : messages) {
    Result<Ordered> content = content_json(message);
    if (!content) return content.error();
    Ordered one = {{"role", role_name(message.role)}, {"content", std::move(*content)}};
    if (!message.reasoning.empty()) one["reasoning_content"] = message.reasoning;
    if (!message.tool_calls.empty()) one["tool_calls"] = tool_calls_json(message, open_calls);
    if (message.role == Role::kTool && !open_calls.empty()) {
      one["tool_call_id"] = open_calls.front();
      open_calls.pop_front();
    }
    list.push_back(std::move(one));
  }
  return list;
}

template <typename T>
void set(Ordered& json, const char* name, const std::optional<T>& value) {
  if (value) json[name] = *value;
}

void add_sampling(Ordered& json, const SamplingParams& sampling) {
  set(json, "temperature", sampling.temperature);
  set(json, "top_p", sampling.top_p);
  set(json, "seed", sampling.seed);
  set(json, "top_k", sampling.top_k);
  set(json, "min_p", sampling.min_p);
  set(json, "repetition_penalty", sampling.repetition_penalty);
  if (sampling.presence_penalty != 0.0) json["presence_penalty"] = sampling.presence_penalty;
  if (sampling.frequency_penalty != 0.0) json["frequency_penalty"] = sampling.frequency_penalty;
  // The likeliest others are not asked for: they come without ids, which is what a TokenLogprob holds.
  if (sampling.logprobs >= 0) json["logprobs"] = true;
  if (sampling.logprobs > 0) json["top_logprobs"] = sampling.logprobs;
}

Result<Ordered> template_json(const GenerationRequest& request) {
  Ordered variables = Ordered::object();
  for (const auto& [name, value] : request.template_variables) {
    Ordered parsed = Ordered::parse(value, nullptr, false);
    if (parsed.is_discarded()) {
      return Error{ErrorCode::kInvalidArgument,
                   "The template's variable " + name + " is not JSON.",
                   {},
                   "template_variables"};
    }
    variables[name] = std::move(parsed);
  }
  if (request.thinking != Thinking::kModelDefault) {
    variables["enable_thinking"] = request.thinking == Thinking::kOn;
  }
  return variables;
}

Ordered pixels_json(const PixelBudget& budget) {
  Ordered json = Ordered::object();
  if (budget.min_pixels > 0) json["min_pixels"] = budget.min_pixels;
  if (budget.max_pixels > 0) json["max_pixels"] = budget.max_pixels;
  return json;
}

}  // namespace

Result<std::string> chat_body(const GenerationRequest& request, const std::string& model) {
  Result<Ordered> messages = messages_json(request.messages);
  if (!messages) return messages.error();
  Result<Ordered> variables = template_json(request);
  if (!variables) return variables.error();
  Ordered json = {{"model", model},
                  {"messages", std::move(*messages)},
                  {"stream", true},
                  {"stream_options", {{"include_usage", true}}},
                  {"max_tokens", request.max_new_tokens}};
  if (!request.stop.empty()) json["stop"] = request.stop;
  if (!request.response_schema.empty()) {
    Ordered schema = Ordered::parse(request.response_schema, nullptr, false);
    if (schema.is_discarded()) {
      return Error{ErrorCode::kInvalidArgument, "The JSON schema is not valid JSON.", {}, "response_schema"};
    }
    json["response_format"] = {
        {"type", "json_schema"},
        {"json_schema", {{"name", "answer"}, {"strict", true}, {"schema", std::move(schema)}}}};
  }
  if (!request.tools_json.empty()) {
    Ordered tools = Ordered::parse(request.tools_json, nullptr, false);
    if (!tools.is_array()) {
      return Error{ErrorCode::kInvalidArgument, "The tools are no list in JSON.", {}, "tools"};
    }
    if (!tools.empty()) json["tools"] = std::move(tools);  // an empty list is refused by some
  }
  if (request.continue_answer) {  // as vLLM and SGLang name it
    json["continue_final_message"] = true;
    json["add_generation_prompt"] = false;
  }
  add_sampling(json, request.sampling);
  if (request.ignore_eos) json["ignore_eos"] = true;
  if (!variables->empty()) json["chat_template_kwargs"] = std::move(*variables);
  if (Ordered pixels = pixels_json(request.image_budget); !pixels.empty())
    json["mm_processor_kwargs"] = pixels;
  return json.dump(-1, ' ', false, Ordered::error_handler_t::replace);
}

}  // namespace fovea
