#include "core/child/frame.h"

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>

namespace fovea::child {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;

bool send_all(int socket, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(socket, data, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool receive_all(int socket, char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::recv(socket, data, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    data += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

bool send_frame(int socket, std::string_view bytes) {
  const std::uint64_t size = bytes.size();
  if (size > kLargestFrame) return false;
  return send_all(socket, reinterpret_cast<const char*>(&size), sizeof size) &&
         send_all(socket, bytes.data(), bytes.size());
}

std::optional<std::string> receive_frame(int socket) {
  std::uint64_t size = 0;
  if (!receive_all(socket, reinterpret_cast<char*>(&size), sizeof size)) return std::nullopt;
  if (size > kLargestFrame) return std::nullopt;
  std::string bytes;
  while (bytes.size() < size) {
    const std::size_t before = bytes.size();
    bytes.resize(before + std::min<std::size_t>(kPiece, size - before));
    if (!receive_all(socket, bytes.data() + before, bytes.size() - before)) return std::nullopt;
  }
  return bytes;
}

}  // namespace fovea::child
