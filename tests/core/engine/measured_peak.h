#pragma once

#include "core/api/engine.h"
#include "core/device/process_memory.h"

#include <fstream>

namespace fovea::test {

/// From here on the process's peak is counted anew. False where the system does not do that.
inline bool forget_peak() {
  std::ofstream out("/proc/self/clear_refs");
  out << "5";
  out.close();
  const ProcessMemory memory = process_memory();
  return static_cast<bool>(out) && memory.peak < memory.resident + (std::uint64_t{4} << 20);
}

}  // namespace fovea::test
