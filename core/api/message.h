#pragma once

#include "core/api/picture.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace fovea {

enum class Role { kSystem, kUser, kAssistant, kTool };

struct TextPart {
  std::string text;  ///< UTF-8
};
struct ImagePart {
  ImageInput image;
};
struct VideoPart {
  VideoInput video;
};
using ContentPart = std::variant<TextPart, ImagePart, VideoPart>;

/// A call that the model asked for in an earlier turn.
struct ToolCall {
  std::string id;
  std::string name;
  std::string arguments_json;  ///< a JSON object
};

/// One turn of a conversation. A turn of one TextPart and nothing else is rendered by the template as
/// plain text when `plain_text` is set (the content is then a string, not a list of parts: some templates
/// tell the two apart).
struct Message {
  Role role = Role::kUser;
  std::vector<ContentPart> content;
  bool plain_text = false;
  std::string reasoning;  ///< an assistant's earlier reasoning, for templates that use it
  std::vector<ToolCall> tool_calls;

  static Message text(Role role, std::string words) {
    Message message;
    message.role = role;
    message.content.emplace_back(TextPart{std::move(words)});
    message.plain_text = true;
    return message;
  }
};

}  // namespace fovea
