#include "app/cli/exit_code.h"

namespace fovea::cli {

ExitCode exit_code_of_answer(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kInvalidText:
      return kWrongArguments;
    case ErrorCode::kInvalidImage:
    case ErrorCode::kInvalidVideo:
    case ErrorCode::kNotFound:
    case ErrorCode::kTooLarge:
      return kUnreadableMedia;
    case ErrorCode::kOutOfMemory:
      return kOutOfMemory;
    case ErrorCode::kCancelled:
      return kInterrupted;
    default:
      return kAnswerFailed;
  }
}

ExitCode exit_code_of_model(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kInvalidText:
      return kWrongArguments;
    case ErrorCode::kOutOfMemory:
      return kOutOfMemory;
    case ErrorCode::kCancelled:
      return kInterrupted;
    default:
      return kModelUnusable;
  }
}

ExitCode exit_code_of_download(const Error& error) {
  switch (error.code) {
    case ErrorCode::kUnreachable:
    case ErrorCode::kDamagedModel:
      return kDownloadFailed;
    case ErrorCode::kDiskFull:
      return kDiskFull;
    case ErrorCode::kInternal:
      return kAnswerFailed;
    default:
      return exit_code_of_model(error);
  }
}

ExitCode exit_code_of_input(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kInvalidText:
      return kWrongArguments;
    case ErrorCode::kCancelled:
      return kInterrupted;
    default:
      return kUnreadableMedia;
  }
}

}  // namespace fovea::cli
