#pragma once

#include "core/api/error.h"
#include "core/api/picture.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fovea {

/// The picture as a baseline JPEG (4:2:0, libjpeg-turbo's tables) of `quality` 1..100. `name` is shown in
/// messages. Both sides have to be 1 to 65,500 pixels, the most that a JPEG knows. Errors: kOutOfMemory.
Result<std::vector<std::uint8_t>> encode_jpeg(const RgbImage& image, int quality, const std::string& name);

}  // namespace fovea
