#pragma once

#include "core/api/error.h"
#include "core/input/vision/byte_reader.h"
#include "core/input/vision/decoded_pixels.h"

#include <string>

namespace fovea {

/// Decodes the first page of a TIFF whose header has passed read_image_header: strips or tiles, samples side
/// by side or in planes, uncompressed or by any of libtiff's codecs. Deep grey is cut off at 255 and deep
/// colour gives its high byte, as in Pillow.
Result<DecodedPixels> decode_tiff(Bytes file, const std::string& name);

}  // namespace fovea
