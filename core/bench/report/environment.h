#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace fovea::bench {

/// An NVIDIA GPU of the machine, as its driver tells it.
struct EnvironmentGpu {
  std::string name;
  std::uint64_t memory_bytes = 0;
  double clock_mhz = 0.0;  ///< of its processors when the run began; 0: not told
  double most_mhz = 0.0;   ///< at most; 0: not told

  bool operator==(const EnvironmentGpu&) const = default;
};

/// The machine that a run was made on, as far as it bears on speed. Holds no name of host or user.
struct Environment {
  std::string program_version;
  std::string cpu;                     ///< "AMD EPYC 9354"
  std::vector<std::string> cpu_flags;  ///< those that arithmetic uses: avx2, avx512*, amx*, fma, f16c, ...
  int cores = 0;                       ///< that this process may use
  std::uint64_t memory_bytes = 0;      ///< of the machine
  std::uint64_t free_bytes = 0;        ///< without swapping, when the run began
  std::string governor;                ///< of the first core's clock; empty: the system doesn't say
  double clock_mhz = 0.0;              ///< of the first core when the run began; 0: not known
  std::vector<EnvironmentGpu> gpus;
  std::string gpu_driver;        ///< its version; empty: there is none
  double load_average = 0.0;     ///< runnable processes over the last minute before the run began
  std::string kernel;            ///< "Linux 6.1.0"
  bool virtual_machine = false;  ///< cores and memory are shared with others that aren't seen
  /// Bytes a second that memory was read at before and after; 0: not measured.
  double read_before = 0.0;
  double read_after = 0.0;
};

/// Reads /proc and /sys, and asks NVIDIA's driver where there is one. What a system doesn't tell stays empty.
/// `root` stands before the paths and `nvml` is another library, for tests.
Environment read_environment(const std::filesystem::path& root = "/",
                             const std::string& nvml = "libnvidia-ml.so.1");

}  // namespace fovea::bench
