#pragma once

#include "core/api/picture.h"
#include "core/input/vision/processor_config.h"
#include "core/input/vision/smart_resize.h"

#include <array>
#include <cstdint>

#include <ATen/core/Tensor.h>

namespace fovea {

/// Resizes by `_upsample_bicubic2d_aa` on bytes, the kernel under torchvision's antialiased bicubic resize:
/// two passes of fixed-point weights, a = -0.5. The picture itself when it has that size already. Returns [3,
/// height, width] uint8; in memory the channels lie next to each other. Without a resize it borrows the
/// picture's pixels.
at::Tensor resize_pixels(const RgbImage& image, PixelSize size);

/// Writes frames into the rows of a patch tensor: byte → (byte − mean·255) / (std·255) in float32, in that
/// order and by true division, as torchvision's fused normalisation; 256 values a channel, so from a table.
class PatchWriter {
 public:
  explicit PatchWriter(const PixelConfig& config);

  /// Puts a resized frame (resize_pixels) at place `slot` of temporal patch `t`. `patches`: [t·h·w,
  /// 3·temporal·p·p] float32, contiguous.
  void write(const at::Tensor& frame, std::int64_t t, std::int64_t slot, at::Tensor& patches) const;

 private:
  PixelConfig config_;
  std::array<std::array<float, 256>, 3> table_{};
};

}  // namespace fovea
