#pragma once

#include "core/api/error.h"
#include "core/api/picture.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace fovea {

/// A picture ready for the processor.
struct DecodedImage {
  std::shared_ptr<const RgbImage> image;
  std::string note;  ///< what was left out ("first frame of an animation"), or empty
};

/// Decodes a PNG, JPEG, WebP, BMP or TIFF file in memory to the very bytes that Pillow 13 gives for
/// `ImageOps.exif_transpose(Image.open(f)).convert("RGB")`: alpha is dropped, colour profiles are ignored,
/// the stored orientation is applied. `name` is shown in messages; may be empty. Any thread; prints nothing.
/// Peak memory is about 8 bytes a pixel.
/// Errors: kInvalidImage for what cannot be read (broken off, damaged, unknown); kTooLarge over
/// image_header.h's limits; kUnsupported for a kind that Pillow does not read either; kOutOfMemory.
Result<DecodedImage> decode_image(std::span<const std::uint8_t> file, const std::string& name);

}  // namespace fovea
