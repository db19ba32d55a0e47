#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fovea {

/// Where a model computes.
struct DeviceChoice {
  enum class Kind {
    kAuto,          ///< a GPU where a driver and CUDA's libraries are and the model fits, else the processor
    kCpu,           ///< the processor, by this program's own kernels
    kCpuOperators,  ///< the processor, by libtorch's operators: what a GPU computes with, for comparison
    kCuda,          ///< one NVIDIA GPU, by libtorch's operators
  };
  Kind kind = Kind::kAuto;
  int index = 0;  ///< of the GPU

  bool operator==(const DeviceChoice&) const = default;
};

/// "auto", "cpu", "cpu:operators", "cuda:0"; "cuda" is read as "cuda:0". Nothing of anything else.
std::optional<DeviceChoice> parse_device(std::string_view text);
std::string device_name(const DeviceChoice& device);

}  // namespace fovea
