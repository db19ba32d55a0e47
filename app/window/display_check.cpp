#include "app/window/display_check.h"

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace fovea {
namespace {

/// An environment variable; empty if it is not set.
std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// Whether a Unix socket takes connections. `path` in the abstract space begins with a NUL.
bool listens(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return false;
  const auto length =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + (path[0] != '\0' ? 1 : 0));
  const bool taken = ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), length) == 0;
  ::close(descriptor);
  return taken;
}

/// HOST:NUMBER.SCREEN as X(7) has it; HOST is empty or "unix" for this machine.
bool x_listens(std::string_view display) {
  const std::size_t colon = display.rfind(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view host = display.substr(0, colon);
  if (!host.empty() && host != "unix") return true;
  const std::string_view digits = display.substr(colon + 1);
  unsigned number = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec != std::errc()) return false;
  const std::string socket = "/tmp/.X11-unix/X" + std::to_string(number);
  return listens(socket) || listens(std::string(1, '\0') + socket);
}

bool wayland_listens(const std::string& name) {
  return listens(name.starts_with('/') ? name : variable("XDG_RUNTIME_DIR") + "/" + name);
}

}  // namespace

bool has_display() {
  return !variable("DISPLAY").empty() || !variable("WAYLAND_DISPLAY").empty() ||
         !variable("QT_QPA_PLATFORM").empty();
}

Result<void> check_display() {
  if (!variable("QT_QPA_PLATFORM").empty()) return {};
  const std::string x = variable("DISPLAY");
  const std::string wayland = variable("WAYLAND_DISPLAY");
  if (!wayland.empty() && wayland_listens(wayland)) return {};
  if (!x.empty() && x_listens(x)) return {};
  const std::string which = x.empty() ? "WAYLAND_DISPLAY=" + wayland : "DISPLAY=" + x;
  return Error{ErrorCode::kUnreachable,
               "No window can be opened: nobody answers at " + which + ".",
               "Correct it, or use a verb.",
               {}};
}

}  // namespace fovea
