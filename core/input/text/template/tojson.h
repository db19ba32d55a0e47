#pragma once

#include "core/input/text/template/runtime.h"

#include <string>

namespace fovea::jinja {

/// The filter `tojson` as transformers defines it for chat templates: Python's json.dumps(value,
/// ensure_ascii, indent, separators, sort_keys) with ensure_ascii off by default, keys in the order they
/// came, ", " and ": " between items, nothing escaped for HTML. Fails for values that json.dumps refuses
/// (undefined, generators).
Value to_json(const Value& value, const Arguments& arguments, Runtime& runtime);

}  // namespace fovea::jinja
