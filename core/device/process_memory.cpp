#include "core/device/process_memory.h"

#include "core/device/memory_group.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace fovea {

ProcessMemory process_memory() {
  ProcessMemory memory;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    std::istringstream fields(line);
    std::string key;
    std::uint64_t kib = 0;
    fields >> key >> kib;
    if (key == "VmRSS:") memory.resident = kib * 1024;
    if (key == "VmHWM:") memory.peak = kib * 1024;
  }
  return memory;
}

std::uint64_t available_memory() {
  std::ifstream info("/proc/meminfo");
  for (std::string line; std::getline(info, line);) {
    std::istringstream fields(line);
    std::string key;
    std::uint64_t kib = 0;
    fields >> key >> kib;
    if (key == "MemAvailable:") return std::min(kib * 1024, memory_group_left().value_or(kib * 1024));
  }
  return 0;
}

}  // namespace fovea
