#pragma once

#include "core/api/picture.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fovea {

/// The picture as "data:image/png;base64,...": encoded bytes as they are, decoded pixels as a PNG that is not
/// compressed (4/3 of three bytes a pixel on the wire; every server reads PNG). The type is told by the first
/// bytes; application/octet-stream if they are of no picture that is known.
std::string data_url(const ImageInput& image);

/// RFC 4648, with padding.
std::string base64(std::span<const std::uint8_t> bytes);

/// 8-bit RGB as a PNG whose data is stored, not compressed (PNG third edition; RFC 1950, 1951).
std::vector<std::uint8_t> stored_png(const RgbImage& image);

}  // namespace fovea
