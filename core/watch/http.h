#pragma once

#include "core/api/error.h"
#include "core/api/outbound_ledger.h"

#include <string>

namespace fovea::watch {

/// Where an exchange with another machine is noted, and what for.
struct Noted {
  OutboundLedger& ledger;
  std::string why;  ///< one of the ledger's reasons
};

/// One HTTP request and its whole answer; blocks for at most `seconds`. No redirect is followed. `key` goes
/// as a bearer token and nowhere else. `noted`: none for what stays on this machine. Any thread. Errors:
/// kUnreachable; kForbidden for 401 and 403.
Result<std::string> http_get(const std::string& url, const std::string& key, double seconds,
                             const Noted* noted = nullptr);

/// Noted before anything is sent, also if it then fails. Errors: http_get's, and kInvalidArgument for what is
/// no address of http or https.
Result<void> http_post_json(const std::string& url, const std::string& body, double seconds,
                            const Noted& noted);

}  // namespace fovea::watch
