#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace fovea::test {

/// A request as it came over the wire.
struct WireRequest {
  std::string method;
  std::string path;
  std::map<std::string, std::string> headers;  ///< by name in lower case
  std::string body;
};

/// The server's end of one connection, for a handler that writes what it likes.
class WireConnection {
 public:
  WireConnection(int socket, const std::atomic<bool>& stopping) : socket_(socket), stopping_(stopping) {}

  /// False once the client has closed.
  bool send(std::string_view bytes);
  /// Head and whole body, with its length.
  void reply(int status, std::string_view body, std::string_view more_headers = {});
  /// Head of a stream; what follows is sent raw until the connection closes.
  void begin_stream(std::string_view type = "text/event-stream");
  /// Blocks until the client closes (true) or the server is destroyed (false).
  bool wait_for_close();

 private:
  int socket_;
  const std::atomic<bool>& stopping_;
};

/// A real HTTP server on a port of this machine that does what a test tells it: one thread a connection, one
/// request a connection.
class ScriptedServer {
 public:
  using Handler = std::function<void(const WireRequest&, WireConnection&)>;

  /// `chat` answers POST /v1/chat/completions, a list of the models answers GET /v1/models.
  explicit ScriptedServer(Handler chat, std::vector<std::string> models = {"test-model"});
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  int port() const { return port_; }
  std::string address() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// The requests to /v1/chat/completions so far.
  std::vector<WireRequest> questions() const;
  std::vector<WireRequest> requests() const;

  /// Replaces the answer to GET /v1/models.
  void answer_models(Handler handler);

 private:
  void accept_all();
  void serve(int socket);

  Handler chat_;
  std::vector<std::string> models_;
  int listening_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<WireRequest> requests_;
  Handler models_handler_;
  std::vector<std::thread> connections_;
  std::thread acceptor_;
};

/// One event of a streamed answer with this piece of text.
std::string text_event(const std::string& text);
std::string reasoning_event(const std::string& text);
std::string finish_event(const std::string& reason);
std::string usage_event(int prompt, int completion);
inline constexpr std::string_view kDone = "data: [DONE]\n\n";

/// A whole answer in three pieces, with usage.
std::string whole_answer();

}  // namespace fovea::test
