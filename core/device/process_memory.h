#pragma once

#include <cstdint>

namespace fovea {

/// Resident memory of this process in bytes, now and at its highest so far; 0 where /proc does not say.
struct ProcessMemory {
  std::uint64_t resident = 0;
  std::uint64_t peak = 0;
};

/// Reads /proc/self/status (some 20 µs).
ProcessMemory process_memory();

/// What the machine, or a control group that binds this process, could still give without swapping, in bytes;
/// 0 where /proc does not say.
std::uint64_t available_memory();

}  // namespace fovea
