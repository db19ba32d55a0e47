#pragma once

#include <cstdint>

namespace fovea {

/// Work on pictures, told in what it takes: blocks of the vision tower, and the multiplications in them.
struct VisionWork {
  std::int64_t blocks = 0;
  double multiplications = 0.0;
};

}  // namespace fovea
