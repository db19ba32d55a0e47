#include "core/child/child_process.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fovea::child {
namespace {

constexpr auto kEndTime = std::chrono::seconds(5);

}  // namespace

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& command) {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return Error{ErrorCode::kEngineFailed,
                 std::string("No socket for the engine's process: ") + std::strerror(errno) + ".",
                 {},
                 {}};
  }
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], kChildSocket);  // keeps it open over exec
  ChildProcess child;
  const int fault = ::posix_spawn(&child.pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (fault != 0) {
    ::close(ends[0]);
    return Error{ErrorCode::kEngineFailed,
                 std::string("The engine's process cannot be started: ") + std::strerror(fault) + ".",
                 {},
                 {}};
  }
  child.socket = ends[0];
  return child;
}

void ChildProcess::end() {
  if (pid > 0) {
    ::kill(pid, SIGKILL);
    const auto until = std::chrono::steady_clock::now() + kEndTime;
    while (::waitpid(pid, nullptr, WNOHANG) == 0 && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (socket >= 0) ::close(socket);
  pid = -1;
  socket = -1;
}

}  // namespace fovea::child
