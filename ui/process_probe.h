#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
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
  /// `joules`: see Services::processor_joules.
  explicit ProcessProbe(std::function<std::optional<double>()> joules = {})
      : read_joules_(std::move(joules)) {}

  /// `engine`: number of the engine's own process; -1: it has none.
  ProcessUse look(int engine = -1);

 private:
  std::optional<double> watts();

  std::function<std::optional<double>()> read_joules_;
  std::uint64_t busy_ = 0;
  std::uint64_t all_ = 0;
  std::optional<double> joules_;
  std::chrono::steady_clock::time_point joules_read_;
};

}  // namespace fovea::ui
