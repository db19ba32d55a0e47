#pragma once

#include "core/api/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace fovea::server {

struct JwtRules {
  std::string secret;    ///< of HS256; at least 32 bytes (RFC 7518, 3.2)
  std::string audience;  ///< what `aud` must be or hold; empty: tokens with an audience are refused
};

/// Checks a JSON Web Token (RFC 7519) signed by HS256: the signature in constant time and first, then `exp`
/// (which must be there), `nbf`, `aud`. Gives the subject ("token" if it has none). `now`: seconds since
/// 1970. Every failure is kForbidden with the same few words; nothing of the token is in them.
Result<std::string> check_jwt(std::string_view token, const JwtRules& rules, std::int64_t now);

}  // namespace fovea::server
