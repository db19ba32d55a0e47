#pragma once

#include <cstdint>

namespace fovea {

/// One pixel of CMYK (0: no ink) as RGB by Pillow's rule: (255 − K) · (255 − C) / 255, its way of rounding.
inline void cmyk_to_rgb(const std::uint8_t* cmyk, std::uint8_t* rgb) {
  const unsigned light = 255U - cmyk[3];
  for (int i = 0; i < 3; ++i) {
    const unsigned product = cmyk[i] * light + 128U;
    const unsigned ink = ((product >> 8) + product) >> 8;  // product / 255, rounded; never over `light`
    rgb[i] = static_cast<std::uint8_t>(light - ink);
  }
}

}  // namespace fovea
