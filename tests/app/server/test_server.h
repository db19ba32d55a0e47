#pragma once

#include "app/server/server.h"
#include "tests/support/scripted_engine.h"

#include <chrono>
#include <memory>
#include <string>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fovea::server::test {

/// A caller's socket. Reads with a deadline, so that a server that says nothing fails a test and hangs none.
class Caller {
 public:
  explicit Caller(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~Caller() { hang_up(); }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  void send(const std::string& text) {
    // What the server refuses half-way may not be taken whole.
    static_cast<void>(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL));
  }
  void hang_up() {
    if (socket_ >= 0) close(socket_);
    socket_ = -1;
  }

  /// All that comes until `mark` has come, the other side closes, or five seconds are over.
  std::string read_until(const std::string& mark) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (mark.empty() || got_.find(mark) == std::string::npos) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      pollfd wait{socket_, POLLIN, 0};
      if (left.count() <= 0 || poll(&wait, 1, static_cast<int>(left.count())) <= 0)
        return got_ + "<nothing more came>";
      char buffer[4096];
      const ssize_t count = recv(socket_, buffer, sizeof buffer, 0);
      if (count <= 0) break;
      got_.append(buffer, static_cast<std::size_t>(count));
    }
    return got_;
  }
  std::string read_all() { return read_until(""); }

 private:
  int socket_;
  std::string got_;
};

/// A key as a person would choose it, long enough.
inline constexpr const char* kDeskKey = "a-key-of-twenty-four-chars";

/// A server over an engine that does what a script says.
class ServerTest : public testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    options.port = 0;
    engine_ = std::make_unique<fovea::test::ScriptedEngine>(script_, record_);
    Result<std::unique_ptr<Server>> server =
        start_server(*engine_, std::move(options), "{\"openapi\": \"3.1.0\"}");
    ASSERT_TRUE(server) << server.error().text();
    server_ = std::move(*server);
  }

  std::string exchange(const std::string& request) {
    Caller caller(server_->port());
    caller.send(request);
    return caller.read_all();
  }
  std::string get(const std::string& path, const std::string& fields = {}) {
    return exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + fields +
                    "\r\n");
  }
  static std::string post_text(const std::string& path, const std::string& body,
                               const std::string& fields = {}) {
    return "POST " + path +
           " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n" +
           fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  std::string post(const std::string& path, const std::string& body, const std::string& fields = {}) {
    return exchange(post_text(path, body, fields));
  }
  static std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
  static std::string question(const std::string& more = {}) {
    return R"({"messages":[{"role":"user","content":"What is this?"}])" + more + "}";
  }
  /// Whether a request was cancelled within two seconds.
  bool cancelled() {
    for (int i = 0; i < 200; ++i) {
      {
        const std::lock_guard lock(record_->mutex);
        if (record_->cancelled > 0) return true;
      }
      usleep(10'000);
    }
    return false;
  }

  fovea::test::Script script_;
  std::shared_ptr<fovea::test::ScriptedEngine::Record> record_ =
      std::make_shared<fovea::test::ScriptedEngine::Record>();
  std::unique_ptr<fovea::test::ScriptedEngine> engine_;
  std::unique_ptr<Server> server_;  ///< ends before its engine
};

}  // namespace fovea::server::test
