#include "app/server/wire/error_reply.h"

#include <utility>

namespace fovea::server {
namespace {

struct Kind {
  std::string_view name;
  int status;
};

Kind kind_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return {"invalid_argument", 400};
    case ErrorCode::kInvalidImage:
      return {"invalid_image", 400};
    case ErrorCode::kInvalidVideo:
      return {"invalid_video", 400};
    case ErrorCode::kInvalidText:
      return {"invalid_text", 400};
    case ErrorCode::kNotFound:
      return {"not_found", 404};
    case ErrorCode::kDamagedModel:
      return {"damaged_model", 500};
    case ErrorCode::kUnsupported:
      return {"unsupported", 400};
    case ErrorCode::kTooLarge:
      return {"too_large", 413};
    case ErrorCode::kTooLong:
      return {"context_length_exceeded", 400};
    case ErrorCode::kOutOfMemory:
      return {"out_of_memory", 503};
    case ErrorCode::kBudgetExceeded:
      return {"budget_exceeded", 400};
    case ErrorCode::kModelError:
      return {"model_error", 500};
    case ErrorCode::kBusy:
      return {"busy", 503};
    case ErrorCode::kUnreachable:
      return {"unreachable", 502};
    case ErrorCode::kForbidden:
      return {"forbidden", 403};
    case ErrorCode::kDiskFull:
      return {"disk_full", 500};
    case ErrorCode::kCancelled:
      return {"cancelled", 499};
    case ErrorCode::kEngineFailed:
      return {"engine_failed", 503};
    case ErrorCode::kInternal:
      return {"internal", 500};
  }
  return {"internal", 500};
}

std::string_view type_of(int status) {
  if (status == 401) return "authentication_error";
  if (status == 403) return "permission_error";
  if (status == 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}

}  // namespace

std::string_view error_code_name(ErrorCode code) {
  return kind_of(code).name;
}

int http_status(ErrorCode code) {
  return kind_of(code).status;
}

nlohmann::ordered_json error_object(const Error& error) {
  nlohmann::ordered_json body = {{"message", error.text()}, {"type", type_of(http_status(error.code))}};
  body["param"] = error.field.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(error.field);
  body["code"] = error_code_name(error.code);
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
