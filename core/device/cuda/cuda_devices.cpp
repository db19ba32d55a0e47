#include "core/device/cuda/cuda_devices.h"

#include <array>
#include <cstring>

#include <ATen/Context.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <dlfcn.h>

namespace fovea {

Result<int> cuda_device_count() {
  if (!at::globalContext().hasCUDA()) {
    return Error{ErrorCode::kUnsupported, "libtorch does not use the GPU in this process.",
                 "Start the program again.", "device"};
  }
  return static_cast<int>(at::detail::getCUDAHooks().deviceCount());
}

GpuMemory cuda_memory(int index) {
  at::globalContext().lazyInitDevice(at::kCUDA);
  const auto [free, total] =
      c10::getDeviceAllocator(at::kCUDA)->getMemoryInfo(static_cast<c10::DeviceIndex>(index));
  return {free, total};
}

void empty_cuda_cache() {
  c10::getDeviceAllocator(at::kCUDA)->emptyCache();
}

std::string cuda_bus_id(int index) {
  // CUDA's runtime is in every process that has libtorch. int cudaDeviceGetPCIBusId(char*, int, int).
  int (*bus_id)(char*, int, int) = nullptr;
  void* const address = dlsym(RTLD_DEFAULT, "cudaDeviceGetPCIBusId");
  std::memcpy(&bus_id, &address, sizeof bus_id);
  std::array<char, 32> text{};
  if (bus_id == nullptr || bus_id(text.data(), static_cast<int>(text.size()), index) != 0) return {};
  text.back() = '\0';
  return text.data();
}

}  // namespace fovea
