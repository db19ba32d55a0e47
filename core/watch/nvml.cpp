#include "core/watch/nvml.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <dlfcn.h>

namespace fovea::watch {
namespace {

// The binary interface as NVML's reference manual describes it; the names with _v2 are those that current
// drivers export.
using Device = void*;
struct Utilization {
  unsigned int gpu;     // per cent
  unsigned int memory;  // per cent of the time that memory was read or written
};
struct Memory {
  unsigned long long total;  // bytes
  unsigned long long free;
  unsigned long long used;
};
struct Process {
  unsigned int pid;
  unsigned long long bytes;
  unsigned int gpu_instance;
  unsigned int compute_instance;
};
constexpr unsigned long long kNotTold = ~0ULL;
constexpr unsigned int kMostProcesses = 256;
constexpr int kSuccess = 0;
constexpr int kTemperatureGpu = 0;
constexpr int kClockOfProcessors = 1;  // NVML_CLOCK_SM
constexpr unsigned int kMostGpus = 64;

}  // namespace

struct Nvml::Functions {
  void* library = nullptr;
  int (*init)() = nullptr;
  int (*shutdown)() = nullptr;
  int (*count)(unsigned int*) = nullptr;
  int (*handle)(unsigned int, Device*) = nullptr;
  int (*handle_at)(const char*, Device*) = nullptr;
  int (*name)(Device, char*, unsigned int) = nullptr;
  int (*utilization)(Device, Utilization*) = nullptr;
  int (*memory)(Device, Memory*) = nullptr;
  int (*power)(Device, unsigned int*) = nullptr;  // milliwatts
  int (*temperature)(Device, int, unsigned int*) = nullptr;
  int (*processes)(Device, unsigned int*, Process*) = nullptr;
  int (*clock)(Device, int, unsigned int*) = nullptr;       // MHz
  int (*most_clock)(Device, int, unsigned int*) = nullptr;  // MHz
  int (*driver)(char*, unsigned int) = nullptr;

  ~Functions() {
    if (library != nullptr) dlclose(library);
  }

  std::vector<Device> devices() const {
    std::vector<Device> out;
    unsigned int number = 0;
    if (count(&number) != kSuccess) return out;
    for (unsigned int i = 0; i < number && i < kMostGpus; ++i) {
      Device device = nullptr;
      if (handle(i, &device) == kSuccess) out.push_back(device);
    }
    return out;
  }

  std::string name_of(Device device) const {
    std::array<char, 96> text{};
    if (name == nullptr || name(device, text.data(), text.size()) != kSuccess) return {};
    text.back() = '\0';
    return text.data();
  }

  /// All 0 of a GPU that doesn't tell.
  Memory memory_of(Device device) const {
    Memory told{};
    return memory != nullptr && memory(device, &told) == kSuccess ? told : Memory{};
  }

  /// One of a GPU's numbers; below 0: it doesn't tell.
  static double number_of(int (*function)(Device, int, unsigned int*), Device device, int which) {
    unsigned int value = 0;
    return function != nullptr && function(device, which, &value) == kSuccess ? value : -1.0;
  }

  template <typename Function>
  void find(const char* symbol, Function& into) {
    void* address = dlsym(library, symbol);
    std::memcpy(&into, &address, sizeof into);
  }
};

Nvml::Nvml(const std::string& library) {
  auto functions = std::make_unique<Functions>();
  functions->library = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (functions->library == nullptr) return;
  functions->find("nvmlInit_v2", functions->init);
  functions->find("nvmlShutdown", functions->shutdown);
  functions->find("nvmlDeviceGetCount_v2", functions->count);
  functions->find("nvmlDeviceGetHandleByIndex_v2", functions->handle);
  functions->find("nvmlDeviceGetHandleByPciBusId_v2", functions->handle_at);
  functions->find("nvmlDeviceGetName", functions->name);
  functions->find("nvmlDeviceGetUtilizationRates", functions->utilization);
  functions->find("nvmlDeviceGetMemoryInfo", functions->memory);
  functions->find("nvmlDeviceGetPowerUsage", functions->power);
  functions->find("nvmlDeviceGetTemperature", functions->temperature);
  functions->find("nvmlDeviceGetComputeRunningProcesses_v3", functions->processes);
  functions->find("nvmlDeviceGetClockInfo", functions->clock);
  functions->find("nvmlDeviceGetMaxClockInfo", functions->most_clock);
  functions->find("nvmlSystemGetDriverVersion", functions->driver);
  const bool usable =
      functions->init != nullptr && functions->count != nullptr && functions->handle != nullptr;
  if (usable && functions->init() == kSuccess) functions_ = std::move(functions);
}

Nvml::~Nvml() {
  if (functions_ && functions_->shutdown != nullptr) functions_->shutdown();
}

std::vector<GpuUse> Nvml::look() {
  std::vector<GpuUse> out;
  if (!functions_) return out;
  for (Device device : functions_->devices()) {
    GpuUse use;
    use.name = functions_->name_of(device);
    Utilization rates{};
    if (functions_->utilization != nullptr && functions_->utilization(device, &rates) == kSuccess)
      use.use = rates.gpu / 100.0;
    const Memory memory = functions_->memory_of(device);
    use.used = memory.used;
    use.total = memory.total;
    unsigned int value = 0;
    if (functions_->power != nullptr && functions_->power(device, &value) == kSuccess)
      use.watts = value / 1000.0;
    use.celsius = Functions::number_of(functions_->temperature, device, kTemperatureGpu);
    std::array<Process, kMostProcesses> processes{};
    unsigned int running = kMostProcesses;
    if (functions_->processes != nullptr &&
        functions_->processes(device, &running, processes.data()) == kSuccess) {
      use.processes_told = true;
      for (unsigned int p = 0; p < running && p < kMostProcesses; ++p) {
        if (processes[p].bytes == kNotTold) {
          use.processes_told = false;
        } else {
          use.processes.push_back({static_cast<int>(processes[p].pid), processes[p].bytes});
        }
      }
    }
    out.push_back(std::move(use));
  }
  return out;
}

std::vector<GpuDescription> Nvml::describe() {
  std::vector<GpuDescription> out;
  if (!functions_) return out;
  for (Device device : functions_->devices()) {
    const auto mhz = [&](auto function) {
      return std::max(0.0, Functions::number_of(function, device, kClockOfProcessors));
    };
    out.push_back({functions_->name_of(device), functions_->memory_of(device).total, mhz(functions_->clock),
                   mhz(functions_->most_clock)});
  }
  return out;
}

std::string Nvml::driver_version() {
  std::array<char, 80> text{};
  if (!functions_ || functions_->driver == nullptr ||
      functions_->driver(text.data(), text.size()) != kSuccess)
    return {};
  text.back() = '\0';
  return text.data();
}

std::optional<GpuMemoryUse> Nvml::memory_at(const std::string& bus_id) {
  Device device = nullptr;
  Memory memory{};
  if (!functions_ || functions_->handle_at == nullptr || functions_->memory == nullptr ||
      functions_->handle_at(bus_id.c_str(), &device) != kSuccess ||
      functions_->memory(device, &memory) != kSuccess) {
    return std::nullopt;
  }
  return GpuMemoryUse{memory.used, memory.total};
}

}  // namespace fovea::watch
