#include "core/child/frame.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

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

/// Marks a length whose bytes are in shared memory.
constexpr std::uint64_t kShared = std::uint64_t{1} << 63;

/// A descriptor, closed in the end.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

/// Shared memory that holds the bytes; -1 where there is none to be had.
int shared_copy(std::string_view bytes) {
  const int memory = ::memfd_create("fovea-frame", MFD_CLOEXEC);
  std::size_t done = 0;
  while (memory >= 0 && done < bytes.size()) {
    const ssize_t written = ::write(memory, bytes.data() + done, bytes.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      ::close(memory);
      return -1;
    }
    done += static_cast<std::size_t>(written);
  }
  return memory;
}

/// Sends all that `message` tells of, its control data with the first byte.
bool send_all(int socket, msghdr message, std::size_t left, std::chrono::milliseconds stall) {
  while (left > 0) {
    const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      if (!ready(socket, POLLOUT, stall)) return false;
      continue;
    }
    if (sent < 0) return false;
    message.msg_control = nullptr;
    message.msg_controllen = 0;
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

}  // namespace

bool send_frame(int socket, std::string_view bytes, std::chrono::milliseconds stall) {
  std::uint64_t size = bytes.size();
  if (size > kLargestFrame) return false;
  const bool worth_it = size >= kSharedFrom && size <= kSharedUpTo;
  const Descriptor memory(worth_it ? shared_copy(bytes) : -1);
  iovec parts[2] = {{&size, sizeof size}, {const_cast<char*>(bytes.data()), bytes.size()}};
  msghdr message{};
  message.msg_iov = parts;
  if (memory.number() < 0) {
    message.msg_iovlen = 2;
    return send_all(socket, message, sizeof size + bytes.size(), stall);
  }
  size |= kShared;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof(int));
  const int number = memory.number();
  std::memcpy(CMSG_DATA(head), &number, sizeof number);
  return send_all(socket, message, sizeof size, stall);
}

FrameReader::~FrameReader() {
  if (shared_ >= 0) ::close(shared_);
}

FrameReader::Outcome FrameReader::receive(char* data, std::size_t size, std::size_t& got,
                                          std::chrono::milliseconds wait) {
  bool waited = false;
  for (;;) {
    iovec part{data + got, size - got};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t count = ::recvmsg(socket_, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count > 0) {
      got += static_cast<std::size_t>(count);
      if ((message.msg_flags & MSG_CTRUNC) != 0) return Outcome::kEnded;
      const cmsghdr* head = CMSG_FIRSTHDR(&message);
      if (head == nullptr) return Outcome::kArrived;
      if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS || shared_ >= 0)
        return Outcome::kEnded;
      std::memcpy(&shared_, CMSG_DATA(head), sizeof shared_);
      return Outcome::kArrived;
    }
    if (count == 0) return Outcome::kEnded;
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) return Outcome::kEnded;
    if (waited || !ready(socket_, POLLIN, wait)) return Outcome::kNothing;
    waited = wait >= std::chrono::milliseconds::zero();
  }
}

/// Reads, instead of mapping: a file that is shorter than it was said to be is then an error and no signal.
bool FrameReader::take_shared(std::uint64_t size) {
  const Descriptor memory(std::exchange(shared_, -1));
  if (memory.number() < 0 || size > kSharedUpTo) return false;
  bytes_.resize(size);
  std::size_t got = 0;
  while (got < size) {
    const ssize_t count = ::pread(memory.number(), bytes_.data() + got, size - got, static_cast<off_t>(got));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    got += static_cast<std::size_t>(count);
  }
  return true;
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
  if ((size & kShared) != 0) {
    length_got_ = 0;
    return take_shared(size & ~kShared) ? Outcome::kFrame : Outcome::kEnded;
  }
  if (size > kLargestFrame || shared_ >= 0) return Outcome::kEnded;
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
