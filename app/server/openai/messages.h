#pragma once

#include "app/server/openai/chat_request.h"

namespace fovea::server {

/// Reads `messages` of a chat request into `request.generation.messages`, `references` and `kept`.
Result<void> read_messages(const nlohmann::json& list, ChatRequest& request);

}  // namespace fovea::server
