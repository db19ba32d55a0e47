#include "core/child/frame.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace fovea::child {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;

/// Whether the socket is ready for `what` (or broken) within the time.
bool ready(int socket, short what, std::chrono::milliseconds wait) {
  pollfd one{socket, what, 0};
  for (;;) {
    const int count = ::poll(&one, 1, static_cast<int>(wait.count()));
    if (count < 0 && errno == EINTR) continue;
    return count > 0;
  }
}

}  // namespace

bool send_frame(int socket, std::string_view bytes, std::chrono::milliseconds stall) {
  std::uint64_t size = bytes.size();
  if (size > kLargestFrame) return false;
  iovec parts[2] = {{&size, sizeof size}, {const_cast<char*>(bytes.data()), bytes.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  std::size_t left = sizeof size + bytes.size();
  while (left > 0) {
    const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      if (!ready(socket, POLLOUT, stall)) return false;
      continue;
    }
    if (sent < 0) return false;
    left -= static_cast<std::size_t>(sent);
    auto done = static_cast<std::size_t>(sent);
    while (done > 0) {
      iovec& part = *message.msg_iov;
      const std::size_t taken = std::min(done, part.iov_len);
      part.iov_base = static_cast<char*>(part.iov_base) + taken;
      part.iov_len -= taken;
      done -= taken;
      if (part.iov_len == 0 && message.msg_iovlen > 1) {
        ++message.msg_iov;
        --message.msg_iovlen;
      }
    }
  }
  return true;
}

FrameReader::Outcome FrameReader::receive(char* data, std::size_t size, std::size_t& got,
                                          std::chrono::milliseconds wait) const {
  bool waited = false;
  for (;;) {
    const ssize_t count = ::recv(socket_, data + got, size - got, MSG_DONTWAIT);
    if (count > 0) {
      got += static_cast<std::size_t>(count);
      return Outcome::kArrived;
    }
    if (count == 0) return Outcome::kEnded;
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return Outcome::kEnded;
    if (waited || !ready(socket_, POLLIN, wait)) return Outcome::kNothing;
    waited = wait >= std::chrono::milliseconds::zero();
  }
}

FrameReader::Outcome FrameReader::read(std::chrono::milliseconds wait) {
  if (length_got_ == 0) {
    bytes_.clear();
    bytes_got_ = 0;
  }
  bool came = false;
  while (length_got_ < length_.size()) {
    const Outcome outcome = receive(length_.data(), length_.size(), length_got_, wait);
    if (outcome != Outcome::kArrived)
      return outcome == Outcome::kNothing && came ? Outcome::kArrived : outcome;
    came = true;
  }
  std::uint64_t size = 0;
  std::memcpy(&size, length_.data(), sizeof size);
  if (size > kLargestFrame) return Outcome::kEnded;
  while (bytes_got_ < size) {
    if (bytes_got_ == bytes_.size())
      bytes_.resize(bytes_got_ + std::min<std::size_t>(kPiece, size - bytes_got_));
    const Outcome outcome = receive(bytes_.data(), bytes_.size(), bytes_got_, wait);
    if (outcome != Outcome::kArrived)
      return outcome == Outcome::kNothing && came ? Outcome::kArrived : outcome;
    came = true;
  }
  length_got_ = 0;
  return Outcome::kFrame;
}

}  // namespace fovea::child
