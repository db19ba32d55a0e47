#pragma once

#include "core/api/device_choice.h"
#include "core/api/error.h"
#include "core/device/cuda/cuda_devices.h"
#include "core/device/cuda/cuda_library.h"

#include <cstdint>
#include <functional>
#include <string>

namespace fovea {

/// The GPUs as they are found when a model is loaded.
struct Gpus {
  CudaLibrary library;
  std::function<Result<int>()> count;    ///< asked only where the library is loaded
  std::function<GpuMemory(int)> memory;  ///< of one of them
};

/// Where a model will compute.
struct SelectedDevice {
  DeviceChoice device;  ///< not kAuto
  GpuMemory memory;     ///< of its GPU, before the model is there
  std::string note;     ///< one line for the user: there is a GPU, and why it is not used; or empty
};

/// What a model takes of a GPU's memory, in bytes: once loaded and while it answers. An error: a GPU can't
/// compute it, and why.
using NeededOnGpu = std::function<Result<std::uint64_t>()>;

/// Chooses as asked. kAuto takes the GPU with most memory free if the model fits into 90 % of it, and the
/// processor where there is no GPU or none that it fits; then `note` says why. A GPU that was asked for and
/// can't be used is an error: kUnsupported, kInvalidArgument (no such GPU), kOutOfMemory. `look` is called
/// only where a GPU may be chosen.
Result<SelectedDevice> select_device(const DeviceChoice& asked, const std::function<Gpus()>& look,
                                     const NeededOnGpu& needed);

}  // namespace fovea
