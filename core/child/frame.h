#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace fovea::child {

/// No frame is larger: the frames of a long clip fit, a lying length does not.
inline constexpr std::uint64_t kLargestFrame = std::uint64_t{2} << 30;

/// A negative time: without a limit.
inline constexpr std::chrono::milliseconds kForEver{-1};

/// Frames of such sizes go through shared memory whose descriptor is sent in their place: a socket holds some
/// 200 kB, so a picture would take several turns of both processes, each of which waits for a processor.
/// Longer ones would be in memory once more than need be.
inline constexpr std::uint64_t kSharedFrom = std::uint64_t{64} << 10;
inline constexpr std::uint64_t kSharedUpTo = std::uint64_t{64} << 20;

/// Sends a length (8 bytes) and the bytes, or the length and a descriptor. False when the other end is gone,
/// or takes no byte for `stall`: the frame may then have been sent in part, and the socket is of no further
/// use.
bool send_frame(int socket, std::string_view bytes, std::chrono::milliseconds stall = kForEver);

/// Puts frames together from what arrives. Memory grows with what arrives, not with what was promised.
class FrameReader {
 public:
  enum class Outcome {
    kFrame,    ///< `frame()` holds it
    kArrived,  ///< bytes came, no whole frame yet
    kNothing,  ///< not a byte in that time
    kEnded,    ///< the other end is gone, or promised a frame over the limit
  };

  explicit FrameReader(int socket) : socket_(socket) {}
  ~FrameReader();
  FrameReader(const FrameReader&) = delete;
  FrameReader& operator=(const FrameReader&) = delete;

  /// Waits until a frame is whole, or for `wait` without a byte.
  Outcome read(std::chrono::milliseconds wait = kForEver);
  /// The frame that read() told of, until the next read(). Other descriptors than a frame's end the
  /// conversation.
  const std::string& frame() const { return bytes_; }

 private:
  Outcome receive(char* data, std::size_t size, std::size_t& got, std::chrono::milliseconds wait);
  bool take_shared(std::uint64_t size);

  int socket_;
  int shared_ = -1;  ///< a descriptor that came along
  std::array<char, sizeof(std::uint64_t)> length_{};
  std::size_t length_got_ = 0;
  std::string bytes_;
  std::size_t bytes_got_ = 0;
};

}  // namespace fovea::child
