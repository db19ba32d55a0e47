#pragma once

#include "core/api/picture.h"
#include "core/input/vision/byte_reader.h"

#include <optional>
#include <string_view>

namespace fovea {

/// The Orientation tag (274) of a TIFF directory at `offset`, read as Pillow reads it: a whole number of any
/// integer type but BYTE, the first value if there are several, the first entry if there are several.
std::optional<std::int64_t> orientation_of_directory(const ByteReader& tiff, std::uint64_t offset,
                                                     bool big_tiff);

/// The Orientation tag in an EXIF block (a TIFF file in small, with or without "Exif\0\0" before it).
std::optional<std::int64_t> orientation_of_exif(Bytes exif);

/// `tiff:Orientation` in an XMP packet, which counts where EXIF has none.
std::optional<std::int64_t> orientation_of_xmp(std::string_view xmp);

/// Turns and mirrors pixels so that they stand as EXIF orientation 1 to 8 says; other values leave them
/// alone.
RgbImage oriented(RgbImage image, std::int64_t orientation);

}  // namespace fovea
