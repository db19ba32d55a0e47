#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace fovea::ui {

/// What the program and the machine use now. Reads a few lines of /proc: microseconds, so for any thread.
struct ProcessUse {
  std::uint64_t resident = 0;     ///< bytes, of this program and its engine's process
  std::uint64_t memory_used = 0;  ///< bytes, of the machine, without what is kept of files
  std::uint64_t memory_total = 0;
  double cpu = 0.0;  ///< share of all cores that the machine used since the last look, 0 … 1
  int cores = 0;
  /// Of all processor packages, mean since the last look; not there at the first, or where the counters of
  /// intel-rapl, which AMD's have too, can't be read: most systems keep them for the administrator.
  std::optional<double> watts;
};

/// Keeps the counters of the last look. One thread.
class ProcessProbe {
 public:
  /// `powercap`: where the packages' counters are; another folder for tests.
  explicit ProcessProbe(std::filesystem::path powercap = "/sys/class/powercap")
      : powercap_(std::move(powercap)) {}

  /// `engine`: number of the engine's own process; -1: it has none.
  ProcessUse look(int engine = -1);

 private:
  std::optional<double> watts();

  std::filesystem::path powercap_;
  std::uint64_t busy_ = 0;
  std::uint64_t all_ = 0;
  std::map<std::string, std::uint64_t> energies_;  // microjoules by package
  std::chrono::steady_clock::time_point energies_read_;
};

}  // namespace fovea::ui
