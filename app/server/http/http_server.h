#pragma once

#include "app/server/http/http_message.h"
#include "core/api/error.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace fovea::server {

/// Bounds on what callers may cost. Times are seconds of a monotonic clock.
struct HttpLimits {
  std::size_t header_bytes = 32 << 10;   ///< request line and fields together; over it 431, or 414
  std::size_t target_bytes = 8 << 10;    ///< over it 414
  double header_seconds = 10.0;          ///< from the first byte of a head to its last; over it 408
  double body_seconds = 60.0;            ///< for the whole body; over it 408
  double idle_seconds = 75.0;            ///< between two requests of a connection
  double write_seconds = 30.0;           ///< without a byte taken by the caller
  std::size_t connections = 1024;        ///< at once; more get 503
  std::size_t bodies_bytes = 512 << 20;  ///< announced bodies at once; more get 503
  std::size_t unread_bytes = 1 << 20;    ///< of a stream that its caller doesn't read; more end it
};

/// An HTTP/1.1 server. Its I/O thread, which it owns, does all reading and writing; `handler` must outlive
/// it.
class HttpServer {
 public:
  virtual ~HttpServer() = default;  ///< stops it

  /// The port that it listens on (the one given, or the one that the system chose for 0).
  virtual std::uint16_t port() const = 0;

  /// Takes no new connections from here on; those that wait for their next request are closed. Returns when
  /// every running exchange has ended, or false after `seconds`.
  virtual bool drain(double seconds) = 0;

  /// Closes every connection and ends the I/O thread; nothing is called or sent any more. Once or more often.
  virtual void stop() = 0;

  virtual std::size_t connections() const = 0;
};

/// Listens on `address` (numeric, IPv4 or IPv6). kInvalidArgument for what is no address; kBusy for a port
/// that is taken; kForbidden for one that this user may not have.
Result<std::unique_ptr<HttpServer>> listen_http(const std::string& address, std::uint16_t port,
                                                const HttpLimits& limits, HttpHandler& handler);

}  // namespace fovea::server
