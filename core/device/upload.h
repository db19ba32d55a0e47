#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include <ATen/core/Tensor.h>
#include <c10/core/Event.h>

namespace fovea {

/// Fills tensors of a device with bytes that are read on the processor: piece by piece through two buffers,
/// so that one is read while the other is on its way. For a GPU the buffers are pinned (64 MB in all), which
/// is what its copies run at full speed from. One thread.
class Upload {
 public:
  static constexpr std::int64_t kPiece = std::int64_t{32} << 20;  ///< bytes

  explicit Upload(at::Device device);

  /// Reads `bytes` bytes from `offset` of the source on; false: it could not.
  using Read = std::function<bool(char* to, std::uint64_t bytes, std::uint64_t offset)>;

  /// Fills `target` (contiguous, on the device) from the source's beginning. False if `read` says so; what is
  /// in `target` then is anything. Whatever is computed from it on the device's stream comes after the
  /// copies.
  bool fill(const at::Tensor& target, const Read& read);

 private:
  struct Buffer {
    at::Tensor bytes;                  ///< [kPiece] uint8
    std::optional<c10::Event> copied;  ///< the last copy out of it; nothing on the processor
  };

  at::Device device_;
  std::array<Buffer, 2> buffers_;
  std::size_t next_ = 0;
};

}  // namespace fovea
