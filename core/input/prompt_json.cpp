#include "core/input/prompt_json.h"

#include "core/api/names.h"

#include <fstream>
#include <utility>
#include <variant>

namespace fovea {
namespace {

using Json = ChatTemplate::Json;

Result<Json> parse(const std::string& text, const std::string& field) {
  Json value = Json::parse(text, nullptr, false);
  if (value.is_discarded()) {
    return Error{ErrorCode::kInvalidArgument, field + " is not JSON.", "Check its brackets and quotes.",
                 field};
  }
  return value;
}

Json part_json(const ContentPart& part) {
  if (const auto* text = std::get_if<TextPart>(&part)) return {{"type", "text"}, {"text", text->text}};
  if (const auto* image = std::get_if<ImagePart>(&part))
    return {{"type", "image"}, {"image", image->image.name}};
  return {{"type", "video"}, {"video", std::get<VideoPart>(part).video.name}};
}

Result<Json> message_json(const Message& message, const std::string& field) {
  Json out = {{"role", role_name(message.role)}};
  const auto* only = message.content.size() == 1 ? std::get_if<TextPart>(&message.content[0]) : nullptr;
  if (message.plain_text && (only != nullptr || message.content.empty())) {
    out["content"] = only != nullptr ? only->text : "";
  } else {
    out["content"] = Json::array();
    for (const ContentPart& part : message.content) out["content"].push_back(part_json(part));
  }
  if (!message.reasoning.empty()) out["reasoning_content"] = message.reasoning;
  for (std::size_t i = 0; i < message.tool_calls.size(); ++i) {
    const ToolCall& call = message.tool_calls[i];
    auto arguments = parse(call.arguments_json, field + ".tool_calls[" + std::to_string(i) + "].arguments");
    if (!arguments) return std::move(arguments).error();
    Json entry = {{"type", "function"}, {"function", {{"name", call.name}, {"arguments", *arguments}}}};
    if (!call.id.empty()) entry["id"] = call.id;
    out["tool_calls"].push_back(std::move(entry));
  }
  return out;
}

}  // namespace

Result<ChatTemplate::Json> template_variables(const GenerationRequest& request) {
  Json variables = Json::object();
  variables["messages"] = Json::array();
  for (std::size_t i = 0; i < request.messages.size(); ++i) {
    auto message = message_json(request.messages[i], "messages[" + std::to_string(i) + "]");
    if (!message) return std::move(message).error();
    variables["messages"].push_back(std::move(message).value());
  }
  // The reference hands templates both names always: absent tools are none, not undefined.
  variables["tools"] = nullptr;
  variables["documents"] = nullptr;
  if (!request.tools_json.empty()) {
    auto tools = parse(request.tools_json, "tools");
    if (!tools) return std::move(tools).error();
    if (!tools->is_array()) return Error{ErrorCode::kInvalidArgument, "tools is not a list.", "", "tools"};
    if (!tools->empty()) variables["tools"] = std::move(tools).value();
  }
  variables["add_generation_prompt"] = true;
  if (request.thinking != Thinking::kModelDefault)
    variables["enable_thinking"] = request.thinking == Thinking::kOn;
  for (const auto& [name, text] : request.template_variables) {
    auto value = parse(text, "template_variables." + name);
    if (!value) return std::move(value).error();
    variables[name] = std::move(value).value();
  }
  return variables;
}

ChatTemplate::Json named_special_tokens(const std::filesystem::path& model_folder) {
  Json out = Json::object();
  std::ifstream in(model_folder / "tokenizer_config.json", std::ios::binary);
  const Json config = Json::parse(in, nullptr, false);
  if (!config.is_object()) return out;
  for (const char* name :
       {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"}) {
    const auto it = config.find(name);
    if (it == config.end()) continue;
    if (it->is_string()) out[name] = *it;
    if (it->is_object() && it->contains("content") && (*it)["content"].is_string())
      out[name] = (*it)["content"];
  }
  return out;
}

}  // namespace fovea
