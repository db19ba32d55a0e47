#include "app/server/observing/hardware_text.h"

#include "app/server/observing/prometheus_text.h"

#include <cstddef>

namespace fovea::server {
namespace {

/// One metric of all GPUs. `value`: of one of them, below 0 if it doesn't tell.
template <typename Value>
void print_gpus(const HardwareUse& use, std::string_view name, std::string_view help, Value value,
                std::string& out) {
  print_head(name, "gauge", help, out);
  for (std::size_t i = 0; i < use.gpus.size(); ++i) {
    const double one = value(use.gpus[i]);
    if (one < 0.0) continue;
    out.append(name).append("{gpu=\"").append(std::to_string(i)).append("\",name=\"");
    out.append(prometheus_label(use.gpus[i].name)).append("\"} ");
    out.append(prometheus_number(one)).append("\n");
  }
}

}  // namespace

void print_hardware(const HardwareUse& use, std::string& out) {
  using watch::GpuUse;
  print_gpus(
      use, "fovea_gpu_power_watts", "Power of the GPU's board.", [](const GpuUse& gpu) { return gpu.watts; },
      out);
  print_gpus(
      use, "fovea_gpu_temperature_celsius", "Temperature of the GPU.",
      [](const GpuUse& gpu) { return gpu.celsius; }, out);
  print_gpus(
      use, "fovea_gpu_utilization_ratio", "Share of the time that the GPU computed.",
      [](const GpuUse& gpu) { return gpu.use; }, out);
  print_gpus(
      use, "fovea_gpu_memory_used_bytes", "Memory of the GPU that is in use, by all programs.",
      [](const GpuUse& gpu) { return gpu.total == 0 ? -1.0 : static_cast<double>(gpu.used); }, out);
  print_gpus(
      use, "fovea_gpu_memory_total_bytes", "Memory of the GPU.",
      [](const GpuUse& gpu) { return gpu.total == 0 ? -1.0 : static_cast<double>(gpu.total); }, out);
  constexpr std::string_view kEnergy = "fovea_cpu_package_joules_total";
  print_head(kEnergy, "counter", "Energy of the processor (RAPL) since the server began; its rate is watts.",
             out);
  for (const watch::PackageEnergy& one : use.packages) {
    out.append(kEnergy).append("{package=\"").append(prometheus_label(one.package)).append("\"} ");
    out.append(prometheus_number(one.joules)).append("\n");
  }
}

}  // namespace fovea::server
