#pragma once

#include "core/input/text/template/runtime.h"

#include <string_view>

namespace fovea::jinja {

/// `object.name` in Jinja's sandbox: Python's attribute first, then the item; undefined when there is
/// neither. Fails as unsupported for attributes that Python has and this interpreter does not.
Value get_attribute(const Value& object, std::string_view name, Runtime& runtime);

/// `object[key]`: the item first, then the attribute.
Value get_item(const Value& object, const Value& key, Runtime& runtime);

/// `object[start:stop:step]`; null means left out.
Value get_slice(const Value& object, const Value* start, const Value* stop, const Value* step,
                Runtime& runtime);

/// A built-in method of `object` bound to it, undefined (unsafe) for those that would change it, nothing when
/// the type has no attribute of that name.
std::optional<Value> python_attribute(const Value& object, std::string_view name, Runtime& runtime);

}  // namespace fovea::jinja
