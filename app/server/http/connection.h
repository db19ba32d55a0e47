#pragma once

#include "app/server/http/exchange.h"
#include "app/server/http/http_message.h"
#include "app/server/http/http_server.h"
#include "app/server/http/web_socket.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace fovea::server {

class Connection;

/// What connections share. I/O thread only.
class ConnectionHost {
 public:
  virtual ~ConnectionHost() = default;
  virtual const HttpLimits& limits() const = 0;
  virtual HttpHandler& handler() = 0;
  virtual bool draining() const = 0;
  /// Room for a body that is about to be read; false: too many at once.
  virtual bool reserve_body(std::size_t bytes) = 0;
  virtual void release_body(std::size_t bytes) = 0;
  virtual void closed(Connection* connection) = 0;
};

/// One caller's connection: reads a request, hands it on, sends the answer, and again; or becomes a
/// WebSocket. I/O thread only; the host keeps it until it has closed. Every wait has a deadline.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, ConnectionHost& host);
  ~Connection();

  void start();
  /// Ends it, whatever it does.
  void close();
  /// Ends it if it waits for its next request.
  void close_if_idle();
  /// While a request is being answered: notices a caller who went away or has stopped sending.
  void watch();

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  /// What is under way ends by then: a read with 408, anything else by closing. Replaces the one before.
  void set_deadline(double seconds);
  void clear_deadline();
  void wait_for_request(double seconds);
  void read_head();
  void on_head();
  void on_upgrade();
  void read_body(std::size_t largest);
  void on_body();
  void on_read_error(const boost::system::error_code& error);
  HttpHead taken_head() const;
  /// Answers without a handler's work and closes the connection: what comes after can't be trusted.
  void refuse(const HttpResponse& response);
  void flush();
  void write_some();
  void finish_exchange();
  /// Lets the caller read the answer before the connection ends, though it may still be sending.
  void close_politely(std::size_t skipped);
  void release_body();

  enum class Reading { kNothing, kHead, kBody };

  boost::beast::tcp_stream stream_;
  boost::asio::steady_timer deadline_;
  std::uint64_t deadline_number_ = 0;
  ConnectionHost& host_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  HttpRequest request_;
  std::shared_ptr<Exchange> exchange_;
  std::shared_ptr<WebSocket> socket_;  ///< set: what this connection has become; `stream_` is its
  std::string peer_;
  std::string writing_;
  std::size_t written_ = 0;
  std::size_t reserved_body_ = 0;
  Reading reading_ = Reading::kNothing;
  bool idle_ = false;
  bool late_ = false;        ///< the deadline ended a read
  bool last_bytes_ = false;  ///< nothing follows what is being written
  bool write_under_way_ = false;
  bool closed_ = false;
};

}  // namespace fovea::server
