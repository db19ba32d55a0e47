#pragma once

#include "core/api/error.h"
#include "core/input/vision/byte_reader.h"
#include "core/input/vision/decoded_pixels.h"

#include <string>

namespace fovea {

/// Decodes a JPEG whose header has passed read_image_header, with libjpeg-turbo's defaults (accurate integer
/// DCT, smooth upsampling). CMYK and YCCK are taken as Adobe writes them, inverted, and turned into RGB by
/// Pillow's rule. Wrong bits within a whole file give wrong pixels, not an error.
Result<DecodedPixels> decode_jpeg(Bytes file, const std::string& name);

}  // namespace fovea
