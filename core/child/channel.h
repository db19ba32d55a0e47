#pragma once

#include "core/child/child_process.h"

#include <chrono>
#include <mutex>
#include <string_view>

namespace fovea::child {

/// The way to the child that runs now. Any thread may send, one frame at a time, and kill; the supervisor
/// opens and closes.
class Channel {
 public:
  /// A child that takes nothing of a frame for `stall` is killed.
  explicit Channel(std::chrono::milliseconds stall) : stall_(stall) {}

  void open(const ChildProcess& process);
  /// Nothing is sent any more; who was sending gives up. The process stays the caller's to end.
  void close();

  /// Sends, if there is a child. Whether it arrived is not told: a child that is gone or was killed here is
  /// noticed by the one who reads from it.
  void say(std::string_view frame);
  /// Sends a short frame if that is possible without waiting; false if it is to be tried again later.
  bool say_now(std::string_view frame);
  /// SIGKILL for the child that runs, if one does.
  void kill();
  /// -1: none.
  pid_t process() const;

 private:
  const std::chrono::milliseconds stall_;
  std::mutex sending_;  // keeps frames whole; taken before mutex_
  mutable std::mutex mutex_;
  ChildProcess process_;  // changed under both, read under either
};

}  // namespace fovea::child
