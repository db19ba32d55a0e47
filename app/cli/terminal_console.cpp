#include "app/cli/terminal_console.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace fovea::cli {
namespace {

constexpr int kDefaultColumns = 80;

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool is_dumb_terminal() {
  const char* term = std::getenv("TERM");
  return term == nullptr || std::string_view(term) == "dumb" || *term == '\0';
}

}  // namespace

DescriptorOutput::DescriptorOutput(int descriptor)
    : descriptor_(descriptor),
      terminal_(isatty(descriptor) == 1 && !is_dumb_terminal()),
      colour_(terminal_ && !is_set("NO_COLOR")) {}

bool DescriptorOutput::write(std::string_view bytes) {
  while (!bytes.empty() && fault_ == Fault::kNone) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd wait = {descriptor_, POLLOUT, 0};
      poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      fault_ = errno == EPIPE ? Fault::kReaderGone : Fault::kFailed;
    }
  }
  return fault_ == Fault::kNone;
}

int DescriptorOutput::columns() const {
  winsize size = {};
  if (terminal_ && ioctl(descriptor_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kDefaultColumns;
}

DescriptorInput::DescriptorInput(int descriptor, const Interrupt& interrupt)
    : descriptor_(descriptor), interrupt_(interrupt), terminal_(isatty(descriptor) == 1) {}

std::ptrdiff_t DescriptorInput::read(char* buffer, std::size_t size) {
  for (;;) {
    if (interrupt_.requested()) return kInterrupted;
    std::array<pollfd, 2> wait = {pollfd{descriptor_, POLLIN, 0},
                                  pollfd{interrupt_.wake_descriptor(), POLLIN, 0}};
    if (poll(wait.data(), wait.size(), -1) < 0 && errno != EINTR) return kFailed;
    if (interrupt_.requested()) return kInterrupted;
    if (wait[0].revents == 0) continue;
    const ssize_t count = ::read(descriptor_, buffer, size);
    if (count >= 0) return count;
    if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK) return kFailed;
  }
}

}  // namespace fovea::cli
