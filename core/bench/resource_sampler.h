#pragma once

#include "core/bench/report/run_figure.h"
#include "core/watch/energy_probe.h"
#include "core/watch/sample.h"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace fovea::bench {

/// What a process and its machine used between two looks.
struct ResourceSample {
  double memory_mb = 0.0;            ///< resident, 10^6 bytes
  double cpu_percent = 0.0;          ///< of the process; 100: one core
  double machine_cpu_percent = 0.0;  ///< of all programs; 100: every core
  // Below 0: the system doesn't tell.
  double watts = -1.0;          ///< of the processor's packages (RAPL)
  double memory_watts = -1.0;   ///< of its memory, which is in no package
  double machine_watts = -1.0;  ///< of the whole machine; the others are in it
};

/// Counters that samples are made from.
struct ResourceCounters {
  double time = 0.0;  ///< seconds of a monotonic clock
  double memory_mb = 0.0;
  double process_ticks = 0.0;
  double busy_ticks = 0.0;
  double all_ticks = 0.0;
  std::vector<watch::EnergyZone> energy;
  double machine_watts = -1.0;  ///< as a meter of the whole machine tells it; below 0: there is none
};

/// Reads /proc, and of /sys what tells of energy. `pid` 0: this process. `root` stands before the paths, for
/// tests.
ResourceCounters read_resources(int pid = 0, const std::filesystem::path& root = "/");

/// What was used from one reading to a later one. `ticks_a_second`: sysconf(_SC_CLK_TCK).
ResourceSample used_between(const ResourceCounters& before, const ResourceCounters& after,
                            double ticks_a_second);

/// Looks at a process ten times a second while it lives, from a thread of its own, which takes some 100 µs a
/// look; at NVIDIA's GPUs once a second, where the driver is. One other thread at a time calls it.
class ResourceSampler {
 public:
  /// `nvml`: another library for tests.
  explicit ResourceSampler(int pid = 0, std::string nvml = "libnvidia-ml.so.1");
  ~ResourceSampler();
  ResourceSampler(const ResourceSampler&) = delete;
  ResourceSampler& operator=(const ResourceSampler&) = delete;

  /// Forgets what was seen.
  void begin();
  /// What was seen since `begin`, as figures: memory_mb, cpu_percent, machine_cpu_percent; where the system
  /// tells them watts, memory_watts, machine_watts; of the GPUs together gpu_percent (the busiest one),
  /// gpu_memory_mb, gpu_watts.
  std::vector<RunFigure> figures();

 private:
  void look();

  const int pid_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ends_ = false;
  std::vector<ResourceSample> samples_;
  std::vector<std::vector<watch::GpuUse>> gpus_;
  const std::string nvml_;
  std::thread thread_;
};

}  // namespace fovea::bench
