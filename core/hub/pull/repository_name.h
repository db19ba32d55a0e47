#pragma once

#include "core/api/error.h"

#include <string>
#include <string_view>

namespace fovea {

/// A repository at a hub.
struct RepositoryName {
  std::string organisation;
  std::string name;
  std::string revision;  ///< branch, tag or commit; empty for the hub's own default

  std::string full() const { return organisation + "/" + name; }
};

/// Reads "ORG/NAME" or "ORG/NAME@REV"; a hub's web address before it ("https://huggingface.co/") is not
/// counted. Each part is of letters, digits, '-', '_' and '.', does not begin with '.' or '-', and has at
/// most 96 characters, as both hubs want it; neither holds "--" or "..", which mean something else in a
/// cache. A revision may hold single slashes. Errors: kInvalidArgument, which says what is wrong.
Result<RepositoryName> parse_repository_name(std::string_view text);

}  // namespace fovea
