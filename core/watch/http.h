#pragma once

#include "core/api/error.h"

#include <string>

namespace fovea::watch {

/// One HTTP request and its whole answer; blocks for at most `seconds`. No redirect is followed. `key` goes
/// as a bearer token and nowhere else. Any thread. Errors: kUnreachable; kForbidden for 401 and 403.
Result<std::string> http_get(const std::string& url, const std::string& key, double seconds);
Result<void> http_post_json(const std::string& url, const std::string& body, double seconds);

}  // namespace fovea::watch
