#pragma once

#include <cstdint>

namespace fovea::ui {

/// What the program and the machine use now. Reads a few lines of /proc: microseconds, so for any thread.
struct ProcessUse {
  std::uint64_t resident = 0;     ///< bytes, of this program and its engine's process
  std::uint64_t memory_used = 0;  ///< bytes, of the machine, without what is kept of files
  std::uint64_t memory_total = 0;
  double cpu = 0.0;  ///< share of all cores that the machine used since the last look, 0 … 1
};

/// Keeps the counters of the last look. One thread.
class ProcessProbe {
 public:
  /// `engine`: number of the engine's own process; -1: it has none.
  ProcessUse look(int engine = -1);

 private:
  std::uint64_t busy_ = 0;
  std::uint64_t all_ = 0;
};

}  // namespace fovea::ui
