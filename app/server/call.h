#pragma once

#include "app/server/answering/generation.h"
#include "app/server/http/http_message.h"
#include "app/server/observing/audit_log.h"
#include "app/server/observing/server_metrics.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace fovea::server {

/// What all calls share. Outlives them.
struct CallBooks {
  ServerMetrics& metrics;
  AuditLog* audit = nullptr;  ///< or none
  bool question = false;      ///< and not a look at the server itself
  std::function<void(const std::string& caller)> ended;
};

/// One request on its way to its answer, and what must be noted of it: request id, audit line, counters. The
/// audit line is written before the answer's last bytes go out. Any thread may call it, one at a time.
class Call {
 public:
  Call(HttpRequest request, std::shared_ptr<HttpExchange> exchange, std::string route, HttpFields fields,
       CallBooks books);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  const HttpRequest& request() const { return request_; }
  /// The body, which is not needed any more.
  std::string take_body() { return std::move(request_.body); }
  const std::string& id() const { return entry_.id; }
  const std::string& route() const { return entry_.route; }
  HttpExchange& exchange() { return *exchange_; }
  /// Since the request's body was there.
  double seconds_since_body() const;

  /// Keeps something until just before the answer's last bytes go out.
  void hold(std::shared_ptr<const void> until_end) { held_ = std::move(until_end); }

  void note_media(int pictures, int clips);
  void note_answers(const std::vector<CollectedAnswer>& answers);

  void respond(HttpResponse response, const std::string& verdict);
  void begin_stream();
  bool streaming() const { return streaming_; }
  void send(std::string bytes) { exchange_->send(std::move(bytes)); }
  /// Sends the last bytes and ends.
  void end_stream(std::string last, const std::string& verdict);

 private:
  void note_end(int status, const std::string& verdict);

  HttpRequest request_;
  std::shared_ptr<HttpExchange> exchange_;
  HttpFields fields_;
  CallBooks books_;
  AuditEntry entry_;
  std::shared_ptr<const void> held_;
  std::chrono::steady_clock::time_point body_there_;
  bool streaming_ = false;
  bool ended_ = false;
};

}  // namespace fovea::server
