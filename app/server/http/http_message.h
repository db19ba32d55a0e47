#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fovea::server {

using HttpFields = std::vector<std::pair<std::string, std::string>>;

/// The head of a request: all that is known before its body is read.
struct HttpHead {
  std::string method;  ///< "POST"
  std::string path;    ///< of the target, percent signs decoded: "/v1/models"; always begins with a slash
  std::string query;   ///< of the target, as sent, without the question mark
  HttpFields fields;   ///< as sent; names in lower case
  std::string peer;    ///< the caller's address without its port: "127.0.0.1"

  /// The field's value without surrounding blanks; empty if there is none, or more than one.
  std::string_view field(std::string_view lower_name) const;
  /// How often the field was sent.
  std::size_t count(std::string_view lower_name) const;
};

struct HttpRequest {
  HttpHead head;
  std::string body;
  std::chrono::steady_clock::time_point begun;  ///< the head was there
  double upload_seconds = 0.0;                  ///< from then until the body was there
  std::string caller;                           ///< as the admission named them
};

struct HttpResponse {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  HttpFields fields;  ///< besides those that every answer carries
};

/// ASCII letters in lower case, the rest as it is: names of fields, hosts and types mean the same in either.
std::string in_lower_case(std::string_view text);

/// "Too Many Requests".
std::string_view http_reason(int status);

/// The way back to the caller of one request. Any thread may call it. A handler gives either one whole answer
/// (`respond`) or a stream (`begin`, any number of `send`, `end`), and always one of the two; what comes
/// after the end, or after the caller went away, is dropped.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;

  virtual void respond(HttpResponse response) = 0;

  virtual void begin(int status, std::string type, HttpFields fields) = 0;
  /// Appends to the stream. Never blocks: a caller who doesn't read what waits for them is dropped.
  virtual void send(std::string bytes) = 0;
  /// The last bytes, which may be none, and the end at once: a caller who has read them may ask again.
  virtual void end(std::string last) = 0;

  /// Whether the caller went away before the answer's end.
  virtual bool gone() const = 0;
  /// Called once if the caller goes away before the end; at once if they have already. It must return
  /// quickly.
  virtual void on_gone(std::function<void()> callback) = 0;
};

/// What is decided on a request's head alone.
struct HttpAdmission {
  std::optional<HttpResponse> refusal;  ///< the body isn't read then
  std::size_t body_bytes = 0;           ///< the largest body that is taken
  std::string caller;                   ///< who asks, as far as that is known; goes on with the request
};

/// What answers requests. All functions are called on the server's I/O thread and must return quickly.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;

  virtual HttpAdmission admit(const HttpHead& head) = 0;
  /// Whether a WebSocket may be opened; its messages come as requests of their own. `body_bytes` is the
  /// largest.
  virtual HttpAdmission admit_socket(const HttpHead& head) = 0;
  virtual void handle(HttpRequest request, std::shared_ptr<HttpExchange> exchange) = 0;
  /// The answer to what is no proper request: 400, 408, 413, 414, 431, 503.
  virtual HttpResponse fault(int status, std::string message) = 0;
};

}  // namespace fovea::server
