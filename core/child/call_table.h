#pragma once

#include "core/child/wire.h"

#include <cstdint>
#include <future>
#include <map>
#include <mutex>
#include <optional>

namespace fovea::child {

/// The calls that wait for their one answer. Any thread. A table begins closed.
class CallTable {
 public:
  using Reply = decltype(Answer::what);
  struct Begun {
    std::uint64_t id = 0;
    std::future<Reply> reply;
  };

  /// Nothing while there is no child to call.
  std::optional<Begun> begin();
  /// False if the answer is there by now.
  bool forget(std::uint64_t id);

  void open();
  /// All that wait get `error`.
  void close(const Error& error);
  void hear(Answer& answer);

 private:
  std::mutex mutex_;
  std::map<std::uint64_t, std::promise<Reply>> calls_;
  std::uint64_t last_id_ = 0;
  bool open_ = false;
};

}  // namespace fovea::child
