#pragma once

#include "core/input/text/template/runtime.h"

#include <string_view>

namespace fovea::jinja {

/// The tests of `value is name(arguments)`.
bool is_test(std::string_view name);
/// Fails as unsupported when there is no such test.
bool apply_test(std::string_view name, const Value& value, const Arguments& arguments, Runtime& runtime);

}  // namespace fovea::jinja
