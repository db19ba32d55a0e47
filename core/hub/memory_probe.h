#pragma once

#include "core/api/error.h"

#include <cstdint>
#include <filesystem>

namespace fovea {

/// Memory that a process could still take.
struct AvailableMemory {
  std::uint64_t total_bytes = 0;  ///< of the machine, or the limit where one is set below it
  std::uint64_t free_bytes = 0;   ///< to be had without swapping
  bool limited = false;           ///< a control group's limit (container, service) decides, not the machine
};

/// Reads /proc/meminfo (MemAvailable) and the limits of the process's memory control groups, version 2 and 1,
/// up to the root: what is free under a limit is the limit less what is used, inactive page cache not
/// counted. The smallest counts. `root` stands before the paths, for tests. Errors: kUnsupported (no
/// /proc/meminfo).
Result<AvailableMemory> probe_memory(const std::filesystem::path& root = "/");

}  // namespace fovea
