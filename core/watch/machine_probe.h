#pragma once

#include "core/watch/sample.h"

#include <filesystem>
#include <map>

namespace fovea::watch {

/// Reads what the machine uses from /proc: tens of microseconds. Keeps the counters of the look before. One
/// thread.
class MachineProbe {
 public:
  /// `root` stands before the paths, for tests.
  explicit MachineProbe(std::filesystem::path root = "/") : root_(std::move(root)) {}

  /// `now` in seconds since 1970. GPUs are left empty; see Nvml.
  MachineUse look(double now);

 private:
  struct Counters {
    std::uint64_t busy = 0;
    std::uint64_t all = 0;
    std::uint64_t read = 0;
    std::uint64_t written = 0;
    double time = 0.0;
  };

  std::filesystem::path root_;
  Counters before_;
};

/// Finds the processes of this program that the user may see and what each uses. One thread.
class ProcessProbe {
 public:
  explicit ProcessProbe(std::filesystem::path root = "/") : root_(std::move(root)) {}

  /// Processes whose name is "fovea", by number. Ports are told of the user's own only.
  std::vector<ProcessUse> look(double now);

 private:
  struct Counters {
    double cpu_seconds = 0.0;
    double time = 0.0;
  };

  std::filesystem::path root_;
  std::map<int, Counters> before_;
};

}  // namespace fovea::watch
