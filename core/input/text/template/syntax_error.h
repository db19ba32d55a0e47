#pragma once

#include "core/input/text/template/failure.h"

#include <string>
#include <utility>

namespace fovea::jinja {

/// The template's source breaks a rule of the language.
[[noreturn]] inline void syntax_error(std::string message, int line) {
  throw Failure{ErrorCode::kDamagedModel, std::move(message), line};
}

/// The template's source uses something that this interpreter does not do.
[[noreturn]] inline void unsupported(std::string message, int line) {
  throw Failure{ErrorCode::kUnsupported, std::move(message), line};
}

}  // namespace fovea::jinja
