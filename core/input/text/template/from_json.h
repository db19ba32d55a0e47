#pragma once

#include "core/input/text/template/value.h"

#include <nlohmann/json.hpp>

namespace fovea::jinja {

/// A JSON value as Python's json module would read it. Throws Failure for text that is not UTF-8, whole
/// numbers over 64 bits and nesting over kMaxValueDepth.
Value from_json(const nlohmann::ordered_json& json);

}  // namespace fovea::jinja
