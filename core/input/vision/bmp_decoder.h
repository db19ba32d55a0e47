#pragma once

#include "core/api/error.h"
#include "core/input/vision/byte_reader.h"
#include "core/input/vision/decoded_pixels.h"

#include <array>
#include <cstdint>
#include <string>

namespace fovea {

/// How a BMP is stored, as Pillow understands its header.
struct BmpHeader {
  std::int64_t width = 0;
  std::int64_t height = 0;
  bool top_down = false;
  int bits = 0;                          ///< a pixel
  std::uint32_t compression = 0;         ///< 0 none, 1 and 2 run lengths of 8 and 4 bits, 3 by masks
  std::array<std::uint32_t, 4> masks{};  ///< red, green, blue, alpha
  std::uint64_t palette_at = 0;
  std::uint64_t colours = 0;
  int colour_bytes = 4;  ///< of an entry in the palette
  std::uint64_t pixels_at = 0;
};

/// Reads headers of 12, 40, 52, 56, 64, 108 and 124 bytes.
/// Errors: kInvalidImage; kUnsupported for packed JPEG and PNG.
Result<BmpHeader> read_bmp_header(Bytes file, const std::string& name);

/// Decodes a BMP whose header has passed read_image_header: 1, 4, 8, 16, 24 and 32 bits, the masks that
/// Pillow knows, run lengths.
Result<DecodedPixels> decode_bmp(Bytes file, const std::string& name);

}  // namespace fovea
