#pragma once

#include "core/watch/energy_probe.h"
#include "core/watch/sample.h"

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace fovea::server {

/// Where a HardwareSampler looks; others for tests.
struct HardwareSources {
  std::string nvml = "libnvidia-ml.so.1";  ///< NVIDIA's management library
  std::filesystem::path root = "/";        ///< stands before the path of the processors' energy counters
};

/// What the machine's GPUs and processors say of themselves; what they don't say is left out.
struct HardwareUse {
  std::vector<watch::GpuUse> gpus;
  std::vector<watch::PackageEnergy> packages;
};

/// Looks once a second from a thread of its own, since a driver may take long to answer (seconds at its first
/// call) and the counters of energy begin anew. Where there is nothing to see the thread ends at once. Any
/// thread may call it.
class HardwareSampler {
 public:
  explicit HardwareSampler(HardwareSources sources);
  ~HardwareSampler();
  HardwareSampler(const HardwareSampler&) = delete;
  HardwareSampler& operator=(const HardwareSampler&) = delete;

  /// As of the last look; empty before the first.
  HardwareUse last() const;

 private:
  void look();

  const HardwareSources sources_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool ends_ = false;
  HardwareUse last_;
  std::thread thread_;
};

}  // namespace fovea::server
