#include "core/engine/torch_device.h"

#include "core/watch/nvml.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

namespace fovea {
namespace {

/// What NVML says of a GPU's memory, other programs counted, without a context of ours; where it doesn't, the
/// runtime.
GpuMemory gpu_memory(watch::Nvml& nvml, int index) {
  const std::string bus_id = cuda_bus_id(index);
  if (!bus_id.empty()) {
    if (const auto memory = nvml.memory_at(bus_id)) return {memory->total - memory->used, memory->total};
  }
  return cuda_memory(index);
}

/// The first line of what ATen says, which may be pages.
std::string first_line(std::string_view text) {
  return std::string(text.substr(0, std::min(text.find('\n'), std::size_t{200})));
}

}  // namespace

Gpus find_gpus() {
  return {cuda_library(), cuda_device_count,
          [nvml = std::make_shared<watch::Nvml>()](int index) { return gpu_memory(*nvml, index); }};
}

std::shared_ptr<const Compute> compute_on(const DeviceChoice& device) {
  switch (device.kind) {
    case DeviceChoice::Kind::kCuda:
      return libtorch_operators({at::kCUDA, static_cast<c10::DeviceIndex>(device.index)});
    case DeviceChoice::Kind::kCpuOperators:
      return libtorch_operators(at::kCPU);
    case DeviceChoice::Kind::kAuto:
    case DeviceChoice::Kind::kCpu:
      break;
  }
  return own_kernels();
}

void drop_kept_memory(const Compute& compute) {
  if (compute.device().is_cuda()) empty_cuda_cache();
}

GpuFault::GpuFault(const c10::Error& fault)
    : error_{ErrorCode::kEngineFailed, "The GPU failed: " + first_line(fault.what_without_backtrace()) + ".",
             "Load the model again; if that fails too, start the program again.", ""} {}

}  // namespace fovea
