#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fovea::server {

struct Target {
  std::string path;   ///< decoded, begins with a slash
  std::string query;  ///< as sent
};

/// Takes a request target apart (RFC 9112, 3.2: "/path?query" or "http://host/path?query"). Nothing if it has
/// another form, broken percent signs, or control characters in it.
std::optional<Target> parse_target(std::string_view target);

/// A query's or a form's fields in their order, percent signs and pluses decoded; nothing if one is broken.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

}  // namespace fovea::server
