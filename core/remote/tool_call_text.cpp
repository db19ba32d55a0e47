#include "core/remote/tool_call_text.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace fovea {
namespace {

using Json = nlohmann::json;

}  // namespace

std::string ToolCallText::push(const std::vector<ToolCallPiece>& pieces) {
  std::string ended;
  for (const ToolCallPiece& piece : pieces) {
    const bool same = open_ && (piece.index ? piece.index == open_->index : piece.name.empty());
    if (!same) {
      ended += finish();
      if (count_ == kMostCalls) break;
      open_.emplace(Open{piece.index, {}, {}});
      ++count_;
    }
    open_->name += piece.name;
    open_->arguments += piece.arguments;
  }
  return ended;
}

std::string ToolCallText::finish() {
  if (!open_) return {};
  const Open call = std::move(*std::exchange(open_, std::nullopt));
  const std::string arguments = call.arguments.empty() ? "{}" : call.arguments;
  std::string text =
      "<tool_call>\n{\"name\": " + Json(call.name).dump(-1, ' ', false, Json::error_handler_t::replace) +
      ", \"arguments\": " + arguments;
  if (Json::parse(arguments, nullptr, false).is_object()) text += "}\n</tool_call>";
  return text;
}

}  // namespace fovea
