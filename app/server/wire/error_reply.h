#pragma once

#include "app/server/http/http_message.h"
#include "core/api/error.h"

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace fovea::server {

/// The HTTP status for what went wrong with a request.
int http_status(ErrorCode code);

/// `{"error": {"message", "type", "param", "code"}}`, as OpenAI's clients expect it.
nlohmann::ordered_json error_object(const Error& error);

/// The whole answer, with Retry-After where trying again helps.
HttpResponse error_reply(const Error& error);

/// One for what has no Error: a wrong path, a missing key, too many requests.
HttpResponse plain_error_reply(int status, std::string code, std::string message);

/// JSON text on one line; bytes that are no UTF-8 become U+FFFD.
std::string json_text(const nlohmann::ordered_json& json);

/// 200 with JSON.
HttpResponse json_reply(const nlohmann::ordered_json& json);

}  // namespace fovea::server
