#pragma once

namespace fovea::bench {

inline constexpr double kMilliseconds = 1000.0;  ///< in a second

}  // namespace fovea::bench
