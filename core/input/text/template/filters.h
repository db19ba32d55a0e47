#pragma once

#include "core/input/text/template/runtime.h"

#include <span>
#include <string_view>

namespace fovea::jinja {

/// One filter: value | name(arguments).
struct Filter {
  std::string_view name;
  Value (*apply)(const Value& value, const Arguments& arguments, Runtime& runtime);
};

std::span<const Filter> text_filters();
std::span<const Filter> sequence_filters();
std::span<const Filter> selecting_filters();
std::span<const Filter> number_filters();

bool is_filter(std::string_view name);
/// Fails as unsupported when there is no such filter.
Value apply_filter(std::string_view name, const Value& value, const Arguments& arguments, Runtime& runtime);

}  // namespace fovea::jinja
