#pragma once

#include <cstdint>

namespace fovea {

/// What a process may hold, and what of that its program takes. Bytes.
struct ProcessRoom {
  std::uint64_t limit = 0;    ///< 0: not known
  std::uint64_t program = 0;  ///< libraries and all that models share, once they answer
};

/// The limit: `wanted` (0: any), or what the process holds and what is free beside, whichever is less. The
/// program: what the process holds now, to be asked before anything is loaded, and kProgramGrowth.
ProcessRoom process_room(std::uint64_t wanted);

}  // namespace fovea
