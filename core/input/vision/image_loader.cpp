#include "core/input/vision/image_loader.h"

#include "core/input/vision/bmp_decoder.h"
#include "core/input/vision/decoded_pixels.h"
#include "core/input/vision/image_errors.h"
#include "core/input/vision/image_header.h"
#include "core/input/vision/jpeg_decoder.h"
#include "core/input/vision/orientation.h"
#include "core/input/vision/png_decoder.h"
#include "core/input/vision/tiff_decoder.h"
#include "core/input/vision/webp_decoder.h"

#include <exception>
#include <utility>

namespace fovea {
namespace {

Result<DecodedPixels> decode(const ImageHeader& header, Bytes file, const std::string& name) {
  switch (header.format) {
    case ImageFormat::kPng:
      return decode_png(file, name);
    case ImageFormat::kJpeg:
      return decode_jpeg(file, name);
    case ImageFormat::kWebp:
      return decode_webp(file, name);
    case ImageFormat::kBmp:
      return decode_bmp(file, name);
    case ImageFormat::kTiff:
      return decode_tiff(file, name);
  }
  return image_damaged(name);
}

std::string note_of(const ImageHeader& header) {
  if (header.animated) return "first frame of an animation";
  if (header.several_pages) return "first page of several";
  return "";
}

}  // namespace

Result<DecodedImage> decode_image(std::span<const std::uint8_t> file, const std::string& name) {
  auto header = read_image_header(file, name);
  if (!header) return header.error();
  try {
    auto pixels = decode(*header, file, name);
    if (!pixels) return pixels.error();
    RgbImage image = oriented(std::move(pixels->image), pixels->orientation.value_or(1));
    return DecodedImage{std::make_shared<const RgbImage>(std::move(image)), note_of(*header)};
  } catch (const std::exception&) {
    return image_out_of_memory(name);
  }
}

}  // namespace fovea
