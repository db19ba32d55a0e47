#pragma once

#include "core/api/error.h"
#include "core/api/message.h"

#include <string_view>

namespace fovea {

/// The name of a kind of error as scripts see it, in `ask --json` and over HTTP alike: "invalid_image".
std::string_view error_code_name(ErrorCode code);

/// Who speaks, as chat templates and OpenAI's API write it: "system", "user", "assistant", "tool".
std::string_view role_name(Role role);

}  // namespace fovea
