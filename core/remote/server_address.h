#pragma once

#include "core/api/error.h"

#include <string>

namespace fovea {

/// Where an OpenAI-compatible server is.
struct ServerAddress {
  std::string base;  ///< "http://127.0.0.1:8000/v1", without a slash at its end
  std::string host;  ///< without the brackets of IPv6
  int port = 0;
  bool encrypted = false;  ///< https
  bool loopback = false;   ///< this machine, whatever a name server says

  std::string route(const std::string& path) const { return base + path; }
  /// Host and port for messages: "127.0.0.1:8000".
  std::string shown() const;
};

/// What a user's address means: with or without `/v1` at its end; without a scheme http on this machine and
/// https elsewhere. kInvalidArgument for what is no address of a server: another scheme, a name and password
/// in it, a query, a fragment.
Result<ServerAddress> parse_server_address(const std::string& text);

}  // namespace fovea
