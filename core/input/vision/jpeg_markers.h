#pragma once

#include "core/api/error.h"
#include "core/input/vision/byte_reader.h"

#include <cstdint>
#include <optional>
#include <string>

namespace fovea {

/// What stands before a JPEG's first scan.
struct JpegMarkers {
  std::int64_t width = 0;
  std::int64_t height = 0;
  int components = 0;  ///< 1 grey, 3 colour, 4 CMYK
  std::optional<std::int64_t> orientation;
};

/// Reads a JPEG's markers up to its first scan, as Pillow does: junk between segments is skipped, EXIF blocks
/// of several segments are joined, the last frame header counts. Errors: kInvalidImage; kUnsupported for
/// depths other than 8 bits and other numbers of components.
Result<JpegMarkers> read_jpeg_markers(Bytes file, const std::string& name);

}  // namespace fovea
