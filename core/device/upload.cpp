#include "core/device/upload.h"

#include <algorithm>

#include <ATen/ops/empty.h>
#include <c10/core/impl/VirtualGuardImpl.h>

namespace fovea {

Upload::Upload(at::Device device) : device_(device) {
  for (Buffer& buffer : buffers_) {
    buffer.bytes = at::empty({kPiece}, at::TensorOptions().dtype(at::kByte).pinned_memory(!device.is_cpu()));
    if (!device.is_cpu()) buffer.copied.emplace(device.type());
  }
}

bool Upload::fill(const at::Tensor& target, const Read& read) {
  const at::Tensor bytes = target.flatten().view(at::kByte);
  const std::int64_t size = bytes.numel();
  for (std::int64_t at = 0; at < size; at += kPiece) {
    Buffer& buffer = buffers_[next_];
    next_ = (next_ + 1) % buffers_.size();
    if (buffer.copied) buffer.copied->synchronize();
    const std::int64_t count = std::min(kPiece, size - at);
    if (!read(static_cast<char*>(buffer.bytes.mutable_data_ptr()), static_cast<std::uint64_t>(count),
              static_cast<std::uint64_t>(at))) {
      return false;
    }
    bytes.narrow(0, at, count).copy_(buffer.bytes.narrow(0, 0, count), /*non_blocking=*/true);
    if (buffer.copied) buffer.copied->record(c10::impl::VirtualGuardImpl(device_.type()).getStream(device_));
  }
  return true;
}

}  // namespace fovea
