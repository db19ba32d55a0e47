#pragma once

// How a token's key and value are rounded to what pages keep, for inlining into rope_kernels.cpp's functions.

#include "core/device/cpu/element.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <type_traits>

namespace fovea::cpu {

/// An element as pages keep it: as it is, or rounded to nearest. What fp16 does not reach becomes its largest
/// number, so that a bf16 model's outliers don't make attention infinite.
template <typename Kept, typename T>
FOVEA_ALWAYS_INLINE Kept kept(T x) {
  if constexpr (std::is_same_v<Kept, T>) {
    return x;
  } else if constexpr (std::is_same_v<Kept, c10::Half>) {
    constexpr float kMost = 65504.0F;
    const float wide = widen(x);
    return narrow<c10::Half>(wide > kMost ? kMost : wide < -kMost ? -kMost : wide);
  } else {
    return narrow<Kept>(widen(x));
  }
}

/// x [dim] as integers to·[e · stride] and the scale that gives them back. A number that is none, or
/// infinite, makes the scale none: it must not vanish among integers.
template <typename T>
FOVEA_ALWAYS_INLINE float keep_integers(const T* x, std::int64_t dim, std::int8_t* to, std::int64_t stride) {
  float most = 0.0F;
  float unsound = 0.0F;
  for (std::int64_t e = 0; e < dim; ++e) {
    most = std::max(most, std::fabs(widen(x[e])));
    unsound += widen(x[e]) * 0.0F;
  }
  const float by = most > 0.0F ? 127.0F / most : 0.0F;
  for (std::int64_t e = 0; e < dim; ++e) {
    to[e * stride] = static_cast<std::int8_t>(nearest_whole(widen(x[e]) * by));
  }
  return most / 127.0F + unsound;
}

}  // namespace fovea::cpu
