#pragma once

#include "core/input/text/template/runtime.h"

#include <optional>
#include <string_view>

namespace fovea::jinja {

/// The functions that every template sees: range, dict, namespace, raise_exception, strftime_now. Nothing for
/// other names. Calling one of Jinja's others (cycler, joiner, lipsum) fails as unsupported.
std::optional<Value> global_function(std::string_view name);

}  // namespace fovea::jinja
