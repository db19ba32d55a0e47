#pragma once

#include "app/server/http/http_message.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace fovea::server {

/// What a handler writes and a connection sends. The handler's side may be called from any thread; `take`,
/// `mark_gone` belong to the I/O thread. Costs one lock a call; many sends become one write.
class Exchange final : public HttpExchange {
 public:
  struct Manners {
    bool keep_alive = true;
    bool chunked = true;           ///< false for HTTP/1.0: a stream ends by closing
    bool body = true;              ///< false for HEAD
    std::size_t unread_bytes = 0;  ///< of a stream
  };

  /// `wake` makes the connection call `take` on the I/O thread; it is called with the lock held, so
  /// that there is none after mark_gone() returned.
  Exchange(Manners manners, std::function<void()> wake) : manners_(manners), wake_(std::move(wake)) {}

  void respond(HttpResponse response) override;
  void begin(int status, std::string type, HttpFields fields) override;
  void send(std::string bytes) override;
  void end() override;
  bool gone() const override;
  void on_gone(std::function<void()> callback) override;

  struct Taken {
    std::string bytes;   ///< to be written now
    bool ended = false;  ///< nothing comes after them
  };
  Taken take();
  /// The caller left too much unread: drop the connection.
  bool overflowed() const;
  /// The caller is no longer there; calls what waits for that.
  void mark_gone();
  bool keep_alive() const { return manners_.keep_alive; }

 private:
  enum class State { kWaiting, kStreaming, kEnded };

  /// Appends under the lock and wakes the connection once for many.
  void append(const std::string& bytes, State next);

  const Manners manners_;
  const std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::string pending_;
  State state_ = State::kWaiting;
  bool woken_ = false;
  bool overflowed_ = false;
  bool gone_ = false;
  std::vector<std::function<void()>> callbacks_;
};

}  // namespace fovea::server
