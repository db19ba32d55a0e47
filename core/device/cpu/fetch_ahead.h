#pragma once

#include <cstdint>

namespace fovea::cpu {

/// How far ahead of its use a weight is fetched that is read as a stream: processors prefetch within a page
/// of 4 KB only. On two cores of a Xeon (Sapphire Rapids' generation) reads went from 19 to 25 up to 29 to 30
/// GB/s, with 4 to 16 KB alike.
inline constexpr std::int64_t kAheadBytes = 8192;

/// Weights that are no larger may lie in a cache, where fetching ahead costs a tenth of a small model's
/// speed.
inline constexpr std::int64_t kCachedBytes = 4 << 20;

}  // namespace fovea::cpu
