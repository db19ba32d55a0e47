#pragma once

#include "app/server/http/http_message.h"

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace fovea::server {

/// What a handler writes, until whoever owns the socket takes it: the part of an exchange that does not
/// depend on how an answer is framed. `append`, `gone` and `on_gone` may be called from any thread; `take`
/// and `mark_gone` belong to the I/O thread. Costs one lock a call; many pieces become one waking.
class QueuedExchange : public HttpExchange {
 public:
  bool gone() const final;
  void on_gone(std::function<void()> callback) final;

  struct Taken {
    std::vector<std::string> pieces;
    bool ended = false;  ///< nothing comes after them
  };
  Taken take();
  /// The caller left too much of a stream unread: drop it.
  bool overflowed() const;
  /// The caller is no longer there, or no longer wants an answer; calls what waits for that.
  void mark_gone();

 protected:
  enum class State { kWaiting, kStreaming, kEnded };

  /// `unread_bytes`: of a stream's pieces that wait to be taken. `wake` makes the I/O thread call `take`; it
  /// is called with the lock held, so that there is none after mark_gone() returned.
  QueuedExchange(std::size_t unread_bytes, std::function<void()> wake)
      : unread_bytes_(unread_bytes), wake_(std::move(wake)) {}

  /// Appends and goes on in state `next`; nothing after the end or when the caller is gone.
  void append(std::vector<std::string> pieces, State next);
  void append(std::string piece, State next);

 private:
  const std::size_t unread_bytes_;
  const std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::vector<std::string> pending_;
  std::size_t pending_bytes_ = 0;
  State state_ = State::kWaiting;
  bool woken_ = false;
  bool overflowed_ = false;
  bool gone_ = false;
  std::vector<std::function<void()>> callbacks_;
};

}  // namespace fovea::server
