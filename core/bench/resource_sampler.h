#pragma once

#include "core/bench/report/run_figure.h"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>
#include <vector>

namespace fovea::bench {

/// What a process and its machine used between two looks.
struct ResourceSample {
  double memory_mb = 0.0;            ///< resident, 10^6 bytes
  double cpu_percent = 0.0;          ///< of the process; 100: one core
  double machine_cpu_percent = 0.0;  ///< of all programs; 100: every core
  double watts = -1.0;               ///< of the processor's packages (RAPL); below 0: the system doesn't tell
};

/// Counters that samples are made from.
struct ResourceCounters {
  double time = 0.0;  ///< seconds of a monotonic clock
  double memory_mb = 0.0;
  double process_ticks = 0.0;
  double busy_ticks = 0.0;
  double all_ticks = 0.0;
  double joules = -1.0;
  double joules_wrap = 0.0;  ///< the counter begins anew after so many
};

/// Reads /proc and /sys/class/powercap. `pid` 0: this process. `root` stands before the paths, for tests.
ResourceCounters read_resources(int pid = 0, const std::filesystem::path& root = "/");

/// What was used from one reading to a later one. `ticks_a_second`: sysconf(_SC_CLK_TCK).
ResourceSample used_between(const ResourceCounters& before, const ResourceCounters& after,
                            double ticks_a_second);

/// Looks at a process ten times a second while it lives, from a thread of its own, which takes some 50 µs a
/// look. One other thread at a time calls it.
class ResourceSampler {
 public:
  explicit ResourceSampler(int pid = 0);
  ~ResourceSampler();
  ResourceSampler(const ResourceSampler&) = delete;
  ResourceSampler& operator=(const ResourceSampler&) = delete;

  /// Forgets what was seen.
  void begin();
  /// What was seen since `begin`, as figures: memory_mb, cpu_percent, machine_cpu_percent, watts.
  std::vector<RunFigure> figures();

 private:
  void look();

  const int pid_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ends_ = false;
  std::vector<ResourceSample> samples_;
  std::thread thread_;
};

}  // namespace fovea::bench
