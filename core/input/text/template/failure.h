#pragma once

#include "core/api/error.h"

#include <string>
#include <utility>

namespace fovea::jinja {

/// How the room's own functions give up. Thrown and caught inside the room only: ChatTemplate's public
/// functions turn it into an Error, so no exception leaves them.
struct Failure {
  ErrorCode code;
  std::string message;    ///< what was wrong, without the line
  int line = 0;           ///< line of the template, from 1; 0: not known
  bool verbatim = false;  ///< the template's own words (raise_exception): shown as they are
};

/// The template, or the data it was given, breaks a rule of the language.
[[noreturn]] inline void fail(std::string message) {
  throw Failure{ErrorCode::kInvalidArgument, std::move(message)};
}

/// Known to Jinja or Python, but outside what this interpreter does.
[[noreturn]] inline void fail_unsupported(std::string message) {
  throw Failure{ErrorCode::kUnsupported, std::move(message)};
}

[[noreturn]] inline void fail_budget(std::string message) {
  throw Failure{ErrorCode::kBudgetExceeded, std::move(message)};
}

}  // namespace fovea::jinja
