#include "core/api/names.h"

namespace fovea {

std::string_view error_code_name(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kInvalidImage:
      return "invalid_image";
    case ErrorCode::kInvalidVideo:
      return "invalid_video";
    case ErrorCode::kInvalidText:
      return "invalid_text";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kDamagedModel:
      return "damaged_model";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kTooLarge:
      return "too_large";
    case ErrorCode::kTooLong:
      return "too_long";
    case ErrorCode::kOutOfMemory:
      return "out_of_memory";
    case ErrorCode::kBudgetExceeded:
      return "budget_exceeded";
    case ErrorCode::kModelError:
      return "model_error";
    case ErrorCode::kBusy:
      return "busy";
    case ErrorCode::kUnreachable:
      return "unreachable";
    case ErrorCode::kForbidden:
      return "forbidden";
    case ErrorCode::kDiskFull:
      return "disk_full";
    case ErrorCode::kCancelled:
      return "cancelled";
    case ErrorCode::kEngineFailed:
      return "engine_failed";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "internal";
}

std::string_view role_name(Role role) {
  switch (role) {
    case Role::kSystem:
      return "system";
    case Role::kUser:
      return "user";
    case Role::kAssistant:
      return "assistant";
    case Role::kTool:
      return "tool";
  }
  return "user";
}

}  // namespace fovea
