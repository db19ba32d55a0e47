#pragma once

#include <cstdint>

namespace fovea {

/// What one question would take, before it is sent. Bytes.
struct MemoryForecast {
  std::uint64_t held = 0;         ///< by the process now: program, weights, what is kept
  std::uint64_t keys_values = 0;  ///< of prompt and longest answer, as far as the pool has to grow for them
  std::uint64_t pictures = 0;     ///< patches until they are looked at, then features until they are read
  std::uint64_t activations = 0;  ///< the most that one step, or one look at a picture, computes with
  std::uint64_t limit = 0;        ///< that the whole is kept under; 0: none is known

  /// What the process holds at its highest, if nothing else is asked meanwhile.
  std::uint64_t peak() const { return held + keys_values + pictures + activations; }
};

}  // namespace fovea
