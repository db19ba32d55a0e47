#include "app/server/openai/tool_calls.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

namespace fovea::server {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view kOpen = "<tool_call>";
constexpr std::string_view kClose = "</tool_call>";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::optional<ToolCall> qwen_call(std::string_view inside) {
  const ordered_json call = ordered_json::parse(inside, nullptr, false);
  if (!call.is_object() || !call.contains("name") || !call["name"].is_string()) return std::nullopt;
  const ordered_json arguments = call.contains("arguments") ? call["arguments"] : ordered_json::object();
  if (!arguments.is_object()) return std::nullopt;
  return ToolCall{{}, call["name"].get<std::string>(), arguments.dump()};
}

/// What stands between two tags; `rest` goes on behind them.
std::optional<std::string_view> between(std::string_view& rest, std::string_view open,
                                        std::string_view close) {
  const std::size_t begin = rest.find(open);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t end = rest.find(close, begin + open.size());
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view found = rest.substr(begin + open.size(), end - begin - open.size());
  rest.remove_prefix(end + close.size());
  return found;
}

std::optional<ToolCall> glm_call(std::string_view inside) {
  const std::string_view name = trimmed(inside.substr(0, inside.find("<arg_key>")));
  const bool proper = !name.empty() && std::none_of(name.begin(), name.end(), [](char c) {
    return c == '<' || c == '>' || c == '{' || c == '\n';
  });
  if (!proper) return std::nullopt;
  ordered_json arguments = ordered_json::object();
  std::string_view rest = inside;
  while (const auto key = between(rest, "<arg_key>", "</arg_key>")) {
    const auto value = between(rest, "<arg_value>", "</arg_value>");
    if (!value) return std::nullopt;
    // The template writes texts as they are and anything else as JSON.
    const ordered_json parsed = ordered_json::parse(*value, nullptr, false);
    arguments[std::string(trimmed(*key))] =
        parsed.is_discarded() || parsed.is_string() ? ordered_json(std::string(*value)) : parsed;
  }
  return ToolCall{{}, std::string(name), arguments.dump()};
}

/// How many characters at the end of `text` could be the beginning of `tag`.
std::size_t begun(std::string_view text, std::string_view tag) {
  for (std::size_t length = std::min(text.size(), tag.size() - 1); length > 0; --length) {
    if (text.ends_with(tag.substr(0, length))) return length;
  }
  return 0;
}

}  // namespace

ToolCallParser::Piece ToolCallParser::push(std::string_view text) {
  Piece piece;
  held_.append(text);
  for (;;) {
    if (!inside_) {
      const std::size_t open = held_.find(kOpen);
      const std::size_t certain = open == std::string::npos ? held_.size() - begun(held_, kOpen) : open;
      piece.text.append(held_, 0, certain);
      held_.erase(0, open == std::string::npos ? certain : open + kOpen.size());
      if (open == std::string::npos) return piece;
      inside_ = true;
    }
    const std::size_t close = held_.find(kClose);
    if (close == std::string::npos) return piece;
    const std::string inside(trimmed(std::string_view(held_).substr(0, close)));
    held_.erase(0, close + kClose.size());
    inside_ = false;
    std::optional<ToolCall> call = qwen_call(inside);
    if (!call) call = glm_call(inside);
    if (call) {
      call->id = "call_" + std::to_string(calls_++);
      piece.calls.push_back(std::move(*call));
    } else {
      piece.text.append(kOpen).append(inside).append(kClose);
    }
  }
}

ToolCallParser::Piece ToolCallParser::finish() {
  Piece piece;
  if (inside_) piece.text.append(kOpen);
  piece.text.append(std::exchange(held_, {}));
  inside_ = false;
  return piece;
}

}  // namespace fovea::server
