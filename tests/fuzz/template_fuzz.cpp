// Chat templates: whatever the source, compiling and rendering end with a text or an error, within their
// budget.
//
// Input: the template, and after a NUL byte, if there is one, the variables as JSON; without it a fixed
// conversation.

#include "core/input/text/template/chat_template.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <nlohmann/json.hpp>

namespace {

using Json = nlohmann::ordered_json;

const Json& conversation() {
  static const Json kConversation = Json::parse(R"({
    "messages": [
      {"role": "system", "content": "Be kind."},
      {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "Wörld 🙂"}]},
      {"role": "assistant", "content": "<think>\nhm\n</think>\n\nok", "tool_calls": [
        {"type": "function", "function": {"name": "f", "arguments": {"a": 1, "b": [null, true, 2.5]}}}]},
      {"role": "tool", "content": "42"}],
    "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}],
    "add_generation_prompt": true, "enable_thinking": false, "x": [3, 1, 2], "d": {"b": 1, "a": "z"}, "s": "aXb"})");
  return kConversation;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t split = input.find('\0');
  const auto compiled = fovea::ChatTemplate::compile(input.substr(0, split));
  if (!compiled) return 0;
  Json own;
  if (split != std::string_view::npos) {
    const std::string_view variables = input.substr(split + 1);
    own = Json::parse(variables.begin(), variables.end(), nullptr, false);
  }
  fovea::TemplateOptions options;
  options.budget.steps = 20'000;  // small, so that many inputs are tried
  options.budget.bytes = 4'000'000;
  options.budget.output = 1'000'000;
  options.now = std::tm{};
  const auto text = compiled->render(own.is_object() ? own : conversation(), options);
  if (text && text->size() > options.budget.output) __builtin_trap();
  if (!text && text.error().message.empty() && text.error().field != "messages") __builtin_trap();
  return 0;
}
