#include "core/device/cuda/cuda_library.h"

#include <cstring>
#include <utility>

#include <dlfcn.h>
#include <link.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using State = CudaLibrary::State;

/// The CUDA that libtorch 2.11's wheel is built with, as the driver counts versions (1000 · major + 10 ·
/// minor). A driver of the same major version serves.
constexpr int kCudaMajor = 13;
constexpr const char* kLibrary = "libtorch_cuda.so";

CudaLibrary unusable(std::string message, std::string remedy, State state = State::kUnusable) {
  return {state, {ErrorCode::kUnsupported, std::move(message), std::move(remedy), "device"}};
}

template <typename Function>
Function find(void* library, const char* symbol) {
  Function function = nullptr;
  void* const address = dlsym(library, symbol);
  std::memcpy(&function, &address, sizeof function);
  return function;
}

/// Of CUDA as 13.0.
std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string last_fault() {
  const char* const text = dlerror();
  return text == nullptr ? "no reason given" : text;
}

/// The folder that libtorch was loaded from; empty if it is not in this process.
fs::path libtorch_folder() {
  void* const library = dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD);
  if (library == nullptr) return {};
  link_map* map = nullptr;
  const bool known = dlinfo(library, RTLD_DI_LINKMAP, static_cast<void*>(&map)) == 0 && map != nullptr;
  const fs::path file = known ? fs::path(map->l_name) : fs::path();
  dlclose(library);
  return file.parent_path();
}

/// The driver: whether it is here, finds a GPU and knows the CUDA that is needed.
CudaLibrary check_driver(const CudaPlaces& places) {
  void* const driver = dlopen(places.driver.c_str(), RTLD_NOW | RTLD_LOCAL);  // stays: CUDA uses it too
  if (driver == nullptr) {
    std::error_code ignored;
    if (!fs::exists(places.root / "proc/driver/nvidia/version", ignored)) {
      return unusable("There is no NVIDIA driver on this machine.", "Install it.", State::kNoDriver);
    }
    return unusable("NVIDIA's driver runs, but its library " + places.driver + " is not to be found.",
                    "Install the driver's libraries; start a container with --gpus all.");
  }
  const auto init = find<int (*)(unsigned int)>(driver, "cuInit");
  const auto version_of = find<int (*)(int*)>(driver, "cuDriverGetVersion");
  const auto count_of = find<int (*)(int*)>(driver, "cuDeviceGetCount");
  int version = 0;
  if (version_of != nullptr && version_of(&version) == 0 && version / 1000 < kCudaMajor) {
    return unusable("NVIDIA's driver is too old: it knows CUDA " + version_text(version) + ", and CUDA " +
                        std::to_string(kCudaMajor) + ".0 is needed.",
                    "Install driver 580 or newer.");
  }
  int count = 0;
  if (init == nullptr || init(0) != 0 || count_of == nullptr || count_of(&count) != 0 || count == 0) {
    return unusable("NVIDIA's driver finds no GPU.", "Check that nvidia-smi lists one.", State::kNoGpu);
  }
  return {State::kLoaded, {}};
}

}  // namespace

CudaLibrary open_cuda_library(const CudaPlaces& places) {
  CudaLibrary driver = check_driver(places);
  if (driver.state != State::kLoaded) return driver;
  const fs::path folder = places.libraries.empty() ? libtorch_folder() : places.libraries;
  const fs::path library = folder / kLibrary;
  const std::string fetch = "FOVEA_GPU=1 ./packaging/run.sh fetches it.";
  std::error_code ignored;
  if (!fs::exists(library, ignored)) {
    return unusable("There is a GPU, but libtorch's CUDA library is not here.", fetch);
  }
  if (dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) {
    return unusable(
        "libtorch's CUDA library is damaged or of another version than libtorch (" + last_fault() + ").",
        "Delete the folder " + folder.parent_path().parent_path().string() + "; " + fetch);
  }
  return {State::kLoaded, {}};
}

const CudaLibrary& cuda_library() {
  static const CudaLibrary opened = open_cuda_library({});
  return opened;
}

}  // namespace fovea
