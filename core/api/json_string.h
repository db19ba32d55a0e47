#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fovea {

struct JsonString {
  std::string text;      ///< its escapes resolved, UTF-8
  std::size_t size = 0;  ///< bytes from quote to quote, both counted
};

/// The JSON string that `json` begins with. None: there is no quote, no closing one, an escape that JSON has
/// not or half a surrogate pair. Linear in the string.
std::optional<JsonString> json_string(std::string_view json);

}  // namespace fovea
