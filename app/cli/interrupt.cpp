#include "app/cli/interrupt.h"

#include "app/cli/exit_code.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace fovea::cli {
namespace {

std::atomic<Interrupt*> signalled = nullptr;

void on_interrupt(int) {
  const int saved = errno;
  Interrupt* interrupt = signalled.load();
  if (interrupt == nullptr || interrupt->trigger() > 1) {
    // Leaves no colour and no half line behind on a terminal.
    constexpr std::string_view kReset = "\x1b[0m\n";
    if (isatty(STDERR_FILENO) != 0 && write(STDERR_FILENO, kReset.data(), kReset.size()) < 0)
      _exit(kInterrupted);
    _exit(kInterrupted);
  }
  errno = saved;
}

}  // namespace

Interrupt::Interrupt() {
  if (pipe2(pipe_, O_CLOEXEC | O_NONBLOCK) != 0) pipe_[0] = pipe_[1] = -1;
}

Interrupt::~Interrupt() {
  Interrupt* self = this;
  signalled.compare_exchange_strong(self, nullptr);
  if (pipe_[0] >= 0) close(pipe_[0]);
  if (pipe_[1] >= 0) close(pipe_[1]);
}

int Interrupt::trigger() noexcept {
  const int presses = presses_.fetch_add(1) + 1;
  // A full pipe is as good as one more byte.
  if (pipe_[1] >= 0 && write(pipe_[1], "!", 1) < 0) return presses;
  return presses;
}

void Interrupt::clear() {
  std::array<char, 64> drained;
  while (pipe_[0] >= 0 && read(pipe_[0], drained.data(), drained.size()) > 0) {
  }
  presses_ = 0;
}

void take_signals(Interrupt& interrupt) {
  signalled = &interrupt;
  struct sigaction action = {};
  sigemptyset(&action.sa_mask);
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;  // the engine's own reads go on
  sigaction(SIGINT, &action, nullptr);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);
  sigaction(SIGXFSZ, &action, nullptr);
}

void take_termination() {
  struct sigaction action = {};
  sigemptyset(&action.sa_mask);
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace fovea::cli
