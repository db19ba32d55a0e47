#include "core/child/channel.h"

#include "core/child/frame.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

namespace fovea::child {

void Channel::open(const ChildProcess& process) {
  const std::lock_guard sending(sending_);
  const std::lock_guard lock(mutex_);
  process_ = process;
}

void Channel::close() {
  {
    const std::lock_guard lock(mutex_);
    if (process_.socket >= 0) ::shutdown(process_.socket, SHUT_RDWR);
  }
  const std::lock_guard sending(sending_);
  const std::lock_guard lock(mutex_);
  process_ = {};
}

void Channel::say(std::string_view frame) {
  const std::lock_guard sending(sending_);
  if (process_.socket < 0) return;
  if (!send_frame(process_.socket, frame, stall_)) kill();
}

bool Channel::say_now(std::string_view frame) {
  const std::unique_lock sending(sending_, std::try_to_lock);
  if (!sending.owns_lock()) return false;
  if (process_.socket < 0) return true;
  // A socket that is writable has room for far more than a short frame.
  pollfd room{process_.socket, POLLOUT, 0};
  if (::poll(&room, 1, 0) == 0) return false;
  if (!send_frame(process_.socket, frame, stall_)) kill();
  return true;
}

void Channel::kill() {
  const std::lock_guard lock(mutex_);
  if (process_.pid > 0) ::kill(process_.pid, SIGKILL);
}

pid_t Channel::process() const {
  const std::lock_guard lock(mutex_);
  return process_.pid;
}

}  // namespace fovea::child
