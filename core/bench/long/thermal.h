#pragma once

#include <cstdint>
#include <filesystem>

namespace fovea::bench {

/// How warm a machine is and how fast it runs, at one moment. What the system doesn't tell is below 0.
struct ThermalLook {
  double celsius = -1.0;          ///< of the warmest sensor of the processor
  double clock_mhz = -1.0;        ///< mean of all cores
  double throttle_events = -1.0;  ///< times that a core was slowed for heat, since the system began
  double gpu_celsius = -1.0;
  double gpu_watts = -1.0;
};

/// Reads the processor's sensors (/sys/class/hwmon of coretemp, k10temp, zenpower, cpu_thermal; else
/// /sys/class/thermal), the clocks (cpufreq, else /proc/cpuinfo) and thermal_throttle's counters. Some
/// hundred microseconds. `root` stands before the paths, for tests. GPUs are left to the caller.
ThermalLook read_thermal(const std::filesystem::path& root = "/");

}  // namespace fovea::bench
