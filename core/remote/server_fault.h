#pragma once

#include "core/api/error.h"
#include "core/remote/server_address.h"

#include <string>
#include <string_view>

namespace fovea {

/// Words of a server, fit to be shown: at most `most_bytes` of them, UTF-8, without control characters, and
/// with
/// "[key]" wherever `key` stood in them.
std::string shown_words(std::string_view words, const std::string& key, std::size_t most_bytes = 300);

/// What a body says went wrong: {"error": {"message"}}, {"error": "..."}, {"message"}, {"detail"}; empty for
/// others.
std::string message_in_body(std::string_view body);

/// Whether another try may help: 429, 503.
bool passes_by(int status);

/// The failure that a status outside of 2xx stands for, with what the server said.
Error status_fault(int status, std::string_view body, const ServerAddress& server, const std::string& key);

/// The failure that libcurl's code stands for (a CURLcode; not CURLE_OK).
Error connection_fault(int curl_code, const ServerAddress& server);

/// Whether another try may help: the connection was refused or lost.
bool connection_was_lost(int curl_code);

/// The server answers, but not as an OpenAI-compatible one does.
Error malformed(const std::string& what, const ServerAddress& server);

}  // namespace fovea
