#include "core/input/vision/reduced_picture.h"

#include "core/input/vision/image_errors.h"
#include "core/input/vision/image_loader.h"
#include "core/input/vision/jpeg_encoder.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <opencv2/imgproc.hpp>

namespace fovea {
namespace {

int scaled(int side, int longest, int wanted) {
  const std::int64_t twice = 2 * std::int64_t{side} * wanted;
  return std::max(1, static_cast<int>((twice + longest) / (2 * std::int64_t{longest})));
}

/// With its longest side as wanted; the picture itself if that is shorter already.
std::shared_ptr<const RgbImage> shrunk(std::shared_ptr<const RgbImage> image, int wanted) {
  const int longest = std::max(image->width, image->height);
  if (longest <= wanted) return image;
  RgbImage small{scaled(image->width, longest, wanted), scaled(image->height, longest, wanted), {}};
  small.pixels.resize(static_cast<std::size_t>(small.width) * static_cast<std::size_t>(small.height) * 3);
  // OpenCV's type for pixels is not const; resize() only reads them.
  const cv::Mat from(image->height, image->width, CV_8UC3, const_cast<std::uint8_t*>(image->pixels.data()));
  cv::Mat to(small.height, small.width, CV_8UC3, small.pixels.data());
  cv::resize(from, to, to.size(), 0.0, 0.0, cv::INTER_AREA);
  return std::make_shared<const RgbImage>(std::move(small));
}

/// What an uncompressed picture would send; see stored_png().
std::size_t source_bytes(const ImageInput& image) {
  return image.decoded ? image.decoded->pixels.size() : image.encoded->size();
}

}  // namespace

Result<ReducedPicture> reduced_picture(const ImageInput& image, const UploadReduction& how) {
  try {
    std::shared_ptr<const RgbImage> pixels = image.decoded;
    if (!pixels) {
      Result<DecodedImage> decoded = decode_image(*image.encoded, image.name);
      if (!decoded) return decoded.error();
      pixels = std::move(decoded->image);
    }
    const std::shared_ptr<const RgbImage> small = shrunk(std::move(pixels), how.longest_side);
    Result<std::vector<std::uint8_t>> file = encode_jpeg(*small, how.jpeg_quality, image.name);
    if (!file) return file.error();
    if (file->size() >= source_bytes(image)) return ReducedPicture{image, false};
    return ReducedPicture{
        {image.name, std::make_shared<const std::vector<std::uint8_t>>(std::move(*file)), nullptr}, true};
  } catch (const std::exception&) {
    return image_out_of_memory(image.name);
  }
}

}  // namespace fovea
