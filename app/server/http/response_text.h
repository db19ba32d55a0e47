#pragma once

#include "app/server/http/http_message.h"

#include <string>
#include <string_view>

namespace fovea::server {

/// A whole answer as it goes over the wire. `body` false leaves it out but not its length (HEAD).
std::string response_text(const HttpResponse& response, bool keep_alive, bool body);

/// The head of a stream: chunked, or ended by closing for a caller of HTTP/1.0.
std::string stream_head_text(int status, std::string_view type, const HttpFields& fields, bool keep_alive,
                             bool chunked);

/// One chunk of a chunked body; empty bytes give nothing (an empty chunk would end the body).
std::string chunk_text(std::string_view bytes);

inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace fovea::server
