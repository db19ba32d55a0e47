#pragma once

#include "core/watch/sample.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fovea::watch {

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

  /// The memory of the GPU at a place on the bus ("0000:3B:00.0"); nothing where the library doesn't tell.
  std::optional<GpuMemoryUse> memory_at(const std::string& bus_id);

 private:
  struct Functions;
  std::unique_ptr<Functions> functions_;
};

}  // namespace fovea::watch
