#include "core/input/vision/patches.h"

#include <algorithm>
#include <cstddef>

#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/from_blob.h>

namespace fovea {

at::Tensor resize_pixels(const RgbImage& image, PixelSize size) {
  const std::int64_t width = image.width;
  const std::int64_t height = image.height;
  // from_blob takes no const pointer; nothing below writes through it.
  auto* bytes = const_cast<std::uint8_t*>(image.pixels.data());
  const at::Tensor pixels = at::from_blob(bytes, {1, 3, height, width}, {height * width * 3, 1, width * 3, 3},
                                          at::TensorOptions(at::kByte));
  if (size == PixelSize{width, height}) return pixels.squeeze(0);
  return at::_upsample_bicubic2d_aa(pixels, {size.height, size.width}, false, std::nullopt, std::nullopt)
      .squeeze(0);
}

PatchWriter::PatchWriter(const PixelConfig& config) : config_(config) {
  const auto scale = static_cast<float>(1.0 / config.rescale_factor);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const float mean = config.mean[channel] * scale;
    const float std = config.std[channel] * scale;
    for (std::size_t value = 0; value < 256; ++value) {
      table_[channel][value] = (static_cast<float>(value) - mean) / std;
    }
  }
}

void PatchWriter::write(const at::Tensor& frame, std::int64_t t, std::int64_t slot,
                        at::Tensor& patches) const {
  const std::int64_t p = config_.patch_size;
  const std::int64_t merge = config_.merge_size;
  const std::int64_t grid_h = frame.size(1) / p;
  const std::int64_t grid_w = frame.size(2) / p;
  const std::int64_t columns = 3 * config_.temporal_patch_size * p * p;
  const std::int64_t plane = config_.temporal_patch_size * p * p;
  const std::int64_t channel_step = frame.stride(0);
  const std::int64_t row_step = frame.stride(1);
  const std::int64_t pixel_step = frame.stride(2);
  const auto* source = frame.const_data_ptr<std::uint8_t>();
  float* row = patches.mutable_data_ptr<float>() + t * grid_h * grid_w * columns + slot * p * p;

  for (std::int64_t block_y = 0; block_y < grid_h; block_y += merge) {
    for (std::int64_t block_x = 0; block_x < grid_w; block_x += merge) {
      for (std::int64_t cell = 0; cell < merge * merge; ++cell, row += columns) {
        const std::int64_t top = (block_y + cell / merge) * p;
        const std::int64_t left = (block_x + cell % merge) * p;
        for (std::int64_t channel = 0; channel < 3; ++channel) {
          const auto& table = table_[static_cast<std::size_t>(channel)];
          float* out = row + channel * plane;
          for (std::int64_t y = 0; y < p; ++y) {
            const auto* in = source + channel * channel_step + (top + y) * row_step + left * pixel_step;
            for (std::int64_t x = 0; x < p; ++x) *out++ = table[in[x * pixel_step]];
          }
        }
      }
    }
  }
}

}  // namespace fovea
