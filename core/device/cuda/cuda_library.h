#pragma once

#include "core/api/error.h"

#include <filesystem>
#include <string>

namespace fovea {

/// Where CUDA is looked for; tests name other places.
struct CudaPlaces {
  std::filesystem::path root = "/";     ///< stands before /proc/driver/nvidia
  std::string driver = "libcuda.so.1";  ///< the driver's library
  std::filesystem::path libraries;      ///< of libtorch_cuda.so; empty: beside libtorch_cpu.so
};

/// What this process has of CUDA.
struct CudaLibrary {
  enum class State {
    kNoDriver,  ///< nothing of NVIDIA's driver is here, so nothing was looked for
    kNoGpu,     ///< the driver finds no GPU
    kUnusable,  ///< there is a GPU, and something that it takes is missing or of another version
    kLoaded,    ///< libtorch_cuda.so is in this process
  };
  State state = State::kNoDriver;
  Error why;  ///< unless it is loaded
};

/// Loads libtorch's CUDA library, which the program is not linked to, where a driver finds a GPU. libtorch
/// asks itself once whether it has CUDA: so before anything else is asked of libtorch. What is loaded stays.
/// Costs a second or two where there is a GPU, under a millisecond where there is no driver.
CudaLibrary open_cuda_library(const CudaPlaces& places);

/// This process's own, opened by the first call. Any thread.
const CudaLibrary& cuda_library();

}  // namespace fovea
