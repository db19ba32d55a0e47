#pragma once

#include <string>
#include <string_view>

namespace fovea::bench {

inline constexpr const char* kQueueRun = "queue";  ///< RunRecord::name

/// A group of requests that come at random moments: "70 % of what it can".
inline constexpr std::string_view kOfCapacity = " % of what it can";
inline bool is_random_load(std::string_view label) {
  return label.ends_with(kOfCapacity);
}

/// A sampled figure of each group: bytes a second that memory was read at before and after it, two values a
/// repetition.
inline constexpr const char* kReadLimit = "read_limit_gb_per_s";

}  // namespace fovea::bench
