#include "app/server/http/http_server.h"

#include "app/server/http/connection.h"
#include "app/server/http/response_text.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fcntl.h>
#include <malloc.h>

namespace fovea::server {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::chrono::milliseconds kWatchInterval{200};
constexpr std::chrono::seconds kTrimInterval{5};
constexpr std::size_t kWorthTrimming = 32 << 20;        // bytes of bodies since the last time
constexpr std::chrono::milliseconds kAcceptPause{100};  // after an accept that failed for want of descriptors

class BeastServer final : public HttpServer, public ConnectionHost {
 public:
  BeastServer(const HttpLimits& limits, HttpHandler& handler)
      : limits_(limits), handler_(handler), acceptor_(io_), watch_timer_(io_), pause_timer_(io_) {}

  ~BeastServer() override { BeastServer::stop(); }

  void stop() override {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] {
      draining_ = true;
      error_code ignored;
      acceptor_.close(ignored);
      watch_timer_.cancel();
      pause_timer_.cancel();
      for (const auto& connection : all()) connection->close();
      io_.stop();
    });
    thread_.join();
  }

  Result<void> listen(const std::string& address, std::uint16_t port) {
    error_code error;
    const auto ip = asio::ip::make_address(address, error);
    if (error) {
      return Error{ErrorCode::kInvalidArgument, "\"" + address + "\" is no address to listen on.",
                   "Give 127.0.0.1, 0.0.0.0, ::1 or the address of one of this machine's networks.", "host"};
    }
    const asio::ip::tcp::endpoint end(ip, port);
    acceptor_.open(end.protocol(), error);
    if (!error) acceptor_.set_option(asio::ip::tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(end, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return listen_error(error, address, port);
    fcntl(acceptor_.native_handle(), F_SETFD, FD_CLOEXEC);
    port_ = acceptor_.local_endpoint().port();
    accept();
    watch();
    thread_ = std::thread([this] { io_.run(); });
    return {};
  }

  std::uint16_t port() const override { return port_; }
  std::size_t connections() const override { return count_.load(); }

  bool drain(double seconds) override {
    asio::post(io_, [this] {
      draining_ = true;
      error_code ignored;
      acceptor_.close(ignored);
      for (const auto& connection : all()) connection->close_if_idle();
      tell_if_drained();
    });
    std::unique_lock lock(drained_mutex_);
    return drained_condition_.wait_for(lock, std::chrono::duration<double>(seconds),
                                       [this] { return drained_; });
  }

 private:
  static Error listen_error(const error_code& error, const std::string& address, std::uint16_t port) {
    const std::string where = address + ", port " + std::to_string(port);
    if (error == asio::error::address_in_use) {
      return {ErrorCode::kBusy, "Another program listens on " + where + ".", "Choose another with --port.",
              "port"};
    }
    if (error == asio::error::access_denied) {
      return {ErrorCode::kForbidden, "This user may not listen on " + where + ".",
              "Choose a port from 1024 on with --port.", "port"};
    }
    return {ErrorCode::kInvalidArgument,
            "It isn't possible to listen on " + where + ": " + error.message() + ".",
            "Check --host; it must be an address of this machine.", "host"};
  }

  void accept() {
    acceptor_.async_accept([this](const error_code& error, asio::ip::tcp::socket socket) {
      if (draining_ || error == asio::error::operation_aborted) return;
      if (error) {
        pause_timer_.expires_after(kAcceptPause);
        pause_timer_.async_wait([this](const error_code& stopped) {
          if (!stopped && !draining_) accept();
        });
        return;
      }
      take(std::move(socket));
      accept();
    });
  }

  void take(asio::ip::tcp::socket socket) {
    fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
    if (connections_.size() >= limits_.connections) {
      HttpResponse busy = handler_.fault(503, "Too many connections at once.");
      busy.fields.emplace_back("Retry-After", "1");
      error_code ignored;
      socket.non_blocking(true, ignored);
      socket.write_some(asio::buffer(response_text(busy, false, true)), ignored);
      return;
    }
    const auto connection = std::make_shared<Connection>(std::move(socket), *this);
    connections_.emplace(connection.get(), connection);
    count_ = connections_.size();
    connection->start();
  }

  /// Callers who went away are noticed by asking: a read under way would also see what they send ahead.
  void watch() {
    watch_timer_.expires_after(kWatchInterval);
    watch_timer_.async_wait([this](const error_code& error) {
      if (error) return;
      for (const auto& connection : all()) connection->watch();
      give_memory_back();
      watch();
    });
  }

  /// What large bodies took: the allocator keeps blocks of up to 32 MB, which a siege would leave it many of.
  void give_memory_back() {
    const auto now = std::chrono::steady_clock::now();
    if (bodies_ > 0 || released_ < kWorthTrimming || now - trimmed_ < kTrimInterval) return;
    released_ = 0;
    trimmed_ = now;
    malloc_trim(0);
  }

  std::vector<std::shared_ptr<Connection>> all() const {
    std::vector<std::shared_ptr<Connection>> list;
    list.reserve(connections_.size());
    for (const auto& [key, connection] : connections_) list.push_back(connection);
    return list;
  }

  void tell_if_drained() {
    if (!draining_ || !connections_.empty()) return;
    const std::lock_guard lock(drained_mutex_);
    drained_ = true;
    drained_condition_.notify_all();
  }

  const HttpLimits& limits() const override { return limits_; }
  HttpHandler& handler() override { return handler_; }
  bool draining() const override { return draining_; }
  bool reserve_body(std::size_t bytes) override {
    if (bytes > limits_.bodies_bytes - std::min(bodies_, limits_.bodies_bytes)) return false;
    bodies_ += bytes;
    return true;
  }
  void release_body(std::size_t bytes) override {
    bodies_ -= bytes;
    released_ += bytes;
  }
  void closed(Connection* connection) override {
    connections_.erase(connection);
    count_ = connections_.size();
    tell_if_drained();
  }

  const HttpLimits limits_;
  HttpHandler& handler_;
  asio::io_context io_{1};
  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer watch_timer_;
  asio::steady_timer pause_timer_;
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
  std::size_t bodies_ = 0;
  std::size_t released_ = 0;  ///< since trimmed_
  std::chrono::steady_clock::time_point trimmed_;
  bool draining_ = false;
  std::atomic<std::size_t> count_ = 0;
  std::uint16_t port_ = 0;
  std::mutex drained_mutex_;
  std::condition_variable drained_condition_;
  bool drained_ = false;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> listen_http(const std::string& address, std::uint16_t port,
                                                const HttpLimits& limits, HttpHandler& handler) {
  auto server = std::make_unique<BeastServer>(limits, handler);
  Result<void> listening = server->listen(address, port);
  if (!listening) return listening.error();
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace fovea::server
