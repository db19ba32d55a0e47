#pragma once

#include "core/api/error.h"

#include <string_view>

#include <nlohmann/json.hpp>

namespace fovea::server {

inline constexpr std::size_t kMostJsonDepth = 64;

/// Parses a body that a stranger sent. Errors: kInvalidText (not UTF-8, a lone surrogate, NUL in a string),
/// kInvalidArgument (no JSON, a name that stands twice in an object, deeper than kMostJsonDepth, a number
/// that no double holds). Time and memory linear in the text.
Result<nlohmann::json> parse_strict_json(std::string_view text);

}  // namespace fovea::server
