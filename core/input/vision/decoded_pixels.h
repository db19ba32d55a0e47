#pragma once

#include "core/api/picture.h"

#include <cstdint>
#include <optional>

namespace fovea {

/// What a format's decoder gives: pixels as stored, and how they are to be turned.
struct DecodedPixels {
  RgbImage image;
  std::optional<std::int64_t> orientation;  ///< EXIF's 1 to 8
};

}  // namespace fovea
