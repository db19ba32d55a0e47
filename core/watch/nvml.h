#pragma once

#include "core/watch/sample.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fovea::watch {

/// What a GPU is, and how fast its processors are clocked.
struct GpuDescription {
  std::string name;
  std::uint64_t memory_bytes = 0;  ///< 0: not told
  double clock_mhz = 0.0;          ///< now; 0: not told
  double most_mhz = 0.0;           ///< at most; 0: not told
};

/// NVIDIA's management library (NVML), opened while running, so that a machine without it needs nothing of
/// it. One thread.
class Nvml {
 public:
  /// `library`: another file for tests.
  explicit Nvml(const std::string& library = "libnvidia-ml.so.1");
  ~Nvml();
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;

  /// True if the library is there and answered.
  bool available() const { return functions_ != nullptr; }

  /// Every GPU now, milliseconds. Empty without the library; a figure that a GPU doesn't tell stays below 0.
  std::vector<GpuUse> look();

  /// Every GPU, milliseconds. Empty without the library.
  std::vector<GpuDescription> describe();

  /// The driver's, "580.65.06"; empty without the library.
  std::string driver_version();

  /// The memory of the GPU at a place on the bus ("0000:3B:00.0"); nothing where the library doesn't tell.
  std::optional<GpuMemoryUse> memory_at(const std::string& bus_id);

 private:
  struct Functions;
  std::unique_ptr<Functions> functions_;
};

}  // namespace fovea::watch
