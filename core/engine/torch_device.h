#pragma once

#include "core/device/compute.h"
#include "core/engine/device_selection.h"

#include <exception>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>

namespace fovea {

/// This machine's GPUs. Opens CUDA's library where there is a driver: before libtorch is asked for anything.
Gpus find_gpus();

/// What computes on a selected device.
std::shared_ptr<const Compute> compute_on(const DeviceChoice& device);

/// Gives what libtorch keeps of a GPU's memory for reuse back, on a GPU.
void drop_kept_memory(const Compute& compute);

/// A fault of the GPU, after which nothing computes there any more in this process.
class GpuFault : public std::exception {
 public:
  explicit GpuFault(const c10::Error& fault);
  const Error& error() const { return error_; }  ///< kEngineFailed, with the reason
  const char* what() const noexcept override { return error_.message.c_str(); }

 private:
  Error error_;
};

/// Runs something on torch with its ways of saying what went wrong told apart: memory that is out as
/// std::bad_alloc, a fault of the GPU as GpuFault; the rest as it comes.
template <typename Work>
auto on_torch(const Work& work) {
  const c10::InferenceMode no_gradients;
  try {
    return work();
  } catch (const c10::OutOfMemoryError&) {
    throw std::bad_alloc();
  } catch (const c10::AcceleratorError& fault) {
    throw GpuFault(fault);
  } catch (const c10::Error& error) {
    if (std::string_view(error.what_without_backtrace()).find("DefaultCPUAllocator") !=
        std::string_view::npos) {
      throw std::bad_alloc();
    }
    throw;
  }
}

}  // namespace fovea
