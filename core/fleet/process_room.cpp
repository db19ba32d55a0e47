#include "core/fleet/process_room.h"

#include "core/api/program_memory.h"
#include "core/device/process_memory.h"

#include <algorithm>

namespace fovea {

ProcessRoom process_room(std::uint64_t wanted) {
  const std::uint64_t resident = process_memory().resident;
  const std::uint64_t available = available_memory();
  const std::uint64_t found = available > 0 ? resident + available : wanted;
  return {wanted > 0 ? std::min(wanted, found) : found, resident + kProgramGrowth};
}

}  // namespace fovea
