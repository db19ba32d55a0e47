#include "app/window/gpu_readings.h"

#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <system_error>

#include <unistd.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;

/// This process and its children.
std::set<int> own_processes(const fs::path& proc) {
  std::set<int> own = {getpid()};
  std::error_code fault;
  for (const auto& thread : fs::directory_iterator(proc / "self/task", fault)) {
    std::ifstream children(thread.path() / "children");
    for (int child = 0; children >> child;) own.insert(child);
  }
  return own;
}

std::optional<std::uint64_t> bytes_of(const std::set<int>& own, const watch::GpuUse& gpu,
                                      const fs::path& proc) {
  if (!gpu.processes_told) return {};
  std::uint64_t bytes = 0;
  for (const watch::GpuProcess& process : gpu.processes) {
    std::error_code fault;
    if (!fs::exists(proc / std::to_string(process.pid), fault)) return {};
    if (own.count(process.pid) != 0) bytes += process.bytes;
  }
  return bytes;
}

}  // namespace

std::vector<ui::GpuReading> read_gpus(watch::Nvml& nvml, const fs::path& proc) {
  std::vector<ui::GpuReading> out;
  const std::set<int> own = own_processes(proc);
  for (const watch::GpuUse& gpu : nvml.look()) {
    ui::GpuReading reading;
    reading.name = gpu.name;
    if (gpu.use >= 0.0) reading.load = gpu.use;
    reading.memory_used = gpu.used;
    reading.memory_total = gpu.total;
    reading.memory_ours = bytes_of(own, gpu, proc);
    if (gpu.watts >= 0.0) reading.watts = gpu.watts;
    out.push_back(std::move(reading));
  }
  return out;
}

}  // namespace fovea
