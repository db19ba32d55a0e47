#pragma once

#include "app/server/http/http_message.h"

#include <cstddef>
#include <functional>
#include <memory>

#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace fovea::server {

class ConnectionHost;

/// A caller's WebSocket. Each text message is a question, handled as a POST of its own to the path at which
/// the socket was opened, with that request's fields; what would be its answer's body or the data of its
/// events comes back as messages. One question at a time; {"type": "cancel"} ends the running one, whose last
/// message is then
/// {"object": "cancelled"}. I/O thread only.
class WebSocket {
 public:
  virtual ~WebSocket() = default;

  /// Ends it at once.
  virtual void close() = 0;
  /// Ends it with a farewell if no question is being answered.
  virtual void close_if_idle() = 0;
};

/// Opens one for a request that asks for it and was admitted. `largest`: bytes of a message; `closed` is
/// called once when it has ended by itself.
std::shared_ptr<WebSocket> open_web_socket(
    boost::beast::tcp_stream stream,
    const boost::beast::http::request<boost::beast::http::string_body>& request, const HttpHead& head,
    std::size_t largest, ConnectionHost& host, std::function<void()> closed);

}  // namespace fovea::server
