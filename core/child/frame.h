#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fovea::child {

/// No frame is larger: the frames of a long clip fit, a lying length does not.
inline constexpr std::uint64_t kLargestFrame = std::uint64_t{2} << 30;

/// Sends a length (8 bytes) and the bytes; blocks while the other end is slow. False when it is gone.
bool send_frame(int socket, std::string_view bytes);

/// The next frame; nothing at the end, or when the length is over the limit. Memory grows with what arrives,
/// not with what was promised.
std::optional<std::string> receive_frame(int socket);

}  // namespace fovea::child
