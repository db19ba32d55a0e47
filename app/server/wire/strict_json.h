#pragma once

#include "core/api/error.h"

#include <optional>
#include <span>
#include <string_view>

#include <nlohmann/json.hpp>

namespace fovea::server {

inline constexpr std::size_t kMostJsonDepth = 64;

/// Parses a body that a stranger sent. Errors: kInvalidText (not UTF-8, a lone surrogate, NUL in a string),
/// kInvalidArgument (no JSON, a name that stands twice in an object, deeper than kMostJsonDepth, a number
/// that no double holds). Time and memory linear in the text.
Result<nlohmann::json> parse_strict_json(std::string_view text);

struct PartlyOrderedJson {
  nlohmann::json value;
  std::optional<nlohmann::ordered_json> ordered;
};

/// The same; the object at `path`, names of members from the root on, comes a second time with its members
/// in the order in which they are written, if there is one. kTooLarge for one of more than 16384 members:
/// time goes with their square.
Result<PartlyOrderedJson> parse_strict_json(std::string_view text, std::span<const std::string_view> path);

}  // namespace fovea::server
