#pragma once

#include "core/api/error.h"
#include "core/input/vision/byte_reader.h"
#include "core/input/vision/decoded_pixels.h"

#include <cstdint>
#include <string>

namespace fovea {

/// What a WebP's first chunk says.
struct WebpHeader {
  std::int64_t width = 0;
  std::int64_t height = 0;
  bool animated = false;
};

/// Whether a file begins as a WebP.
bool is_webp(Bytes file);

/// Errors: kInvalidImage.
Result<WebpHeader> read_webp_header(Bytes file, const std::string& name);

/// Decodes a WebP whose header has passed read_image_header: lossy, lossless, with alpha (dropped), of an
/// animation the first frame on its canvas.
Result<DecodedPixels> decode_webp(Bytes file, const std::string& name);

}  // namespace fovea
