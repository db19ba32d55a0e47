#pragma once

#include "core/api/error.h"
#include "core/input/vision/byte_reader.h"
#include "core/input/vision/decoded_pixels.h"

#include <string>

namespace fovea {

/// Decodes a PNG whose header has passed read_image_header. Every depth and colour type; of an animation the
/// still picture. Alpha is dropped, 16 bits give their high byte, but grey of 16 bits is cut off at 255: so
/// Pillow converts its mode I;16.
Result<DecodedPixels> decode_png(Bytes file, const std::string& name);

}  // namespace fovea
