#pragma once

#include "core/api/engine.h"
#include "core/child/wire.h"

#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace fovea::child {

/// The error with which answers end when their process does.
Error engine_failed(std::string message);

/// The requests that have not had their last event. Callers add and cancel, from any thread; sinks are called
/// by the supervisor's thread alone, outside the lock. A table begins without a child.
class RequestTable {
 public:
  /// The child's word on a request: nothing if it was taken. Not valid: the request waits for a child.
  using Word = std::future<std::optional<Error>>;

  std::uint64_t next_id() { return ++last_id_; }

  /// While a child is ready the caller sends `frame` and waits for the word; otherwise the frame is kept
  /// until one is. kEngineFailed after give_up().
  Result<Word> add(std::uint64_t id, EventSink sink, std::string& frame);
  /// For a request on which no word came: its sink is not called. False if the word is there by now.
  bool forget(std::uint64_t id);
  /// The child has to be told, or the request's end: take_cancels() and end_cancelled() tell of what.
  void cancel(std::uint64_t id);
  /// Those that the child has and was not told of yet.
  std::vector<std::uint64_t> take_cancels();

  // The supervisor's:

  /// A child is ready. The frames that waited for it, in their order; what was cancelled waits for its end.
  std::vector<std::string> open();
  /// The child is gone: what it had fails for this reason. What waited goes on waiting.
  void close(const std::string& reason);
  /// Everything fails, and what comes after it is refused, until wait_again().
  void give_up(const std::string& reason);
  void wait_again();
  /// Tells those that were cancelled while they waited that they ended.
  void end_cancelled();
  void hear(const Taken& taken);
  /// True if it was a request's last event.
  bool hear(GenerationEvent event);

 private:
  struct Asked {
    EventSink sink;
    std::shared_ptr<std::promise<std::optional<Error>>> taken;  ///< submit() waits for it
    std::string frame;                                          ///< while there is no child to send it to
    bool cancelled = false;
  };
  using Asks = std::map<std::uint64_t, Asked>;

  static void fail(Asks& asks, const std::string& reason);

  std::atomic<std::uint64_t> last_id_{0};
  std::mutex mutex_;  // guards the rest
  Asks asks_;
  std::vector<std::uint64_t> cancels_;
  bool ready_ = false;
  std::optional<std::string> given_up_;
};

}  // namespace fovea::child
