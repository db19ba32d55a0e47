#pragma once

#include "core/input/text/template/runtime.h"

#include <span>
#include <string_view>

namespace fovea::jinja {

/// One built-in method: called with the object it belongs to.
struct Method {
  std::string_view name;
  Value (*call)(const Value& self, const Arguments& arguments, Runtime& runtime);
};

std::span<const Method> string_methods();     ///< str, but those below
std::span<const Method> splitting_methods();  ///< str.split and its kin
std::span<const Method> dict_methods();
std::span<const Method> sequence_methods();  ///< list and tuple

/// text.strip() and its kin; null `characters` strips white space. `left` and `right` say which ends.
std::string strip(std::string_view text, const std::string* characters, bool left, bool right);

/// text.replace(old, fresh, count), counted; all of them when count is negative.
Value replace_text(std::string_view text, std::string_view old, std::string_view fresh, std::int64_t count,
                   Runtime& runtime);

/// str.splitlines() without line ends.
std::vector<std::string_view> split_lines(std::string_view text);

}  // namespace fovea::jinja
