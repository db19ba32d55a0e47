#include "app/server/wire/error_reply.h"

#include "core/api/names.h"

#include <utility>

namespace fovea::server {
namespace {

std::string_view type_of(int status) {
  if (status == 401) return "authentication_error";
  if (status == 403) return "permission_error";
  if (status == 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}

}  // namespace

int http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kInvalidImage:
    case ErrorCode::kInvalidVideo:
    case ErrorCode::kInvalidText:
    case ErrorCode::kUnsupported:
    case ErrorCode::kTooLong:
    case ErrorCode::kBudgetExceeded:
      return 400;
    case ErrorCode::kForbidden:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kTooLarge:
      return 413;
    case ErrorCode::kCancelled:
      return 499;
    case ErrorCode::kUnreachable:
      return 502;
    case ErrorCode::kOutOfMemory:
    case ErrorCode::kBusy:
    case ErrorCode::kEngineFailed:
      return 503;
    case ErrorCode::kDamagedModel:
    case ErrorCode::kModelError:
    case ErrorCode::kDiskFull:
    case ErrorCode::kInternal:
      return 500;
  }
  return 500;
}

nlohmann::ordered_json error_object(const Error& error) {
  nlohmann::ordered_json body = {{"message", error.text()}, {"type", type_of(http_status(error.code))}};
  body["param"] = error.field.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(error.field);
  // OpenAI's clients know this one by their own name.
  body["code"] = error.code == ErrorCode::kTooLong ? "context_length_exceeded" : error_code_name(error.code);
  return {{"error", std::move(body)}};
}

HttpResponse error_reply(const Error& error) {
  HttpResponse response = json_reply(error_object(error));
  response.status = http_status(error.code);
  if (response.status == 503) response.fields.emplace_back("Retry-After", "1");
  return response;
}

HttpResponse plain_error_reply(int status, std::string code, std::string message) {
  HttpResponse response = json_reply({{"error",
                                       {{"message", std::move(message)},
                                        {"type", type_of(status)},
                                        {"param", nullptr},
                                        {"code", std::move(code)}}}});
  response.status = status;
  return response;
}

std::string json_text(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

HttpResponse json_reply(const nlohmann::ordered_json& json) {
  HttpResponse response;
  response.body = json_text(json);
  response.fields.emplace_back("Cache-Control", "no-store");
  return response;
}

}  // namespace fovea::server
