#pragma once

#include "core/api/error.h"

#include <cstdint>
#include <string>

namespace fovea {

/// Bytes of a GPU's memory.
struct GpuMemory {
  std::uint64_t free = 0;  ///< that nobody holds, other programs neither
  std::uint64_t total = 0;
};

/// The GPUs that libtorch's CUDA library sees, through ATen's own hooks: no header of CUDA's is needed. Only
/// where cuda_library() is loaded. Functions may throw what ATen throws.

/// How many; an error with what to do where libtorch has no CUDA all the same.
Result<int> cuda_device_count();

/// Makes the GPU ready on first use (its context takes some 500 MB of its memory), then looks.
GpuMemory cuda_memory(int index);

/// Gives memory that libtorch keeps for reuse back to the GPU.
void empty_cuda_cache();

/// Its place as NVML knows it too: "0000:3B:00.0"; empty if the runtime doesn't say.
std::string cuda_bus_id(int index);

}  // namespace fovea
