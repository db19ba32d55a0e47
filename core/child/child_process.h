#pragma once

#include "core/api/error.h"

#include <string>
#include <vector>

#include <sys/types.h>

namespace fovea::child {

/// The descriptor on which a child finds its socket.
inline constexpr int kChildSocket = 3;

/// A running child and this side of the socket. Owned by one thread: Linux sends a child its parent's death
/// when the thread that started it ends, so the starter must live as long as it does.
class ChildProcess {
 public:
  /// Starts `command` (a program's path and its arguments). kEngineFailed if that cannot be done.
  static Result<ChildProcess> start(const std::vector<std::string>& command);

  pid_t pid = -1;
  int socket = -1;

  /// SIGKILL, wait, close. One that does not even die of that (it hangs in a driver) is waited for some
  /// seconds and then left to the system.
  void end();
};

}  // namespace fovea::child
