#pragma once

#include "app/server/http/http_message.h"

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace fovea::server {

/// The way back for a question that came over a WebSocket: an answer's body is one message, each event of a
/// stream too, without what frames it as an event. A handler's side may be called from any thread; `take`,
/// `ended` and `mark_gone` belong to the I/O thread.
class MessageExchange final : public HttpExchange {
 public:
  /// `unread_bytes`: of messages that wait to be taken; more drop the caller. `wake` makes the I/O thread
  /// call `take`; it is called with the lock held, so that there is none after mark_gone() returned.
  MessageExchange(std::size_t unread_bytes, std::function<void()> wake)
      : unread_bytes_(unread_bytes), wake_(std::move(wake)) {}

  void respond(HttpResponse response) override;
  void begin(int status, std::string type, HttpFields fields) override;
  void send(std::string bytes) override;
  void end() override;
  bool gone() const override;
  void on_gone(std::function<void()> callback) override;

  struct Taken {
    std::vector<std::string> messages;
    bool ended = false;       ///< nothing comes after them
    bool overflowed = false;  ///< the caller left too much unread
  };
  Taken take();
  /// The caller is no longer there, or no longer wants an answer; calls what waits for that.
  void mark_gone();

 private:
  void append(std::vector<std::string> messages, bool ended);

  const std::size_t unread_bytes_;
  const std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::vector<std::string> pending_;
  std::size_t pending_bytes_ = 0;
  bool ended_ = false;
  bool overflowed_ = false;
  bool woken_ = false;
  bool gone_ = false;
  std::vector<std::function<void()>> callbacks_;
};

}  // namespace fovea::server
