#include "core/bench/report/environment.h"

#include "core/watch/nvml.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <sstream>
#include <string_view>
#include <thread>

#include <sched.h>
#include <sys/utsname.h>

namespace fovea::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 10> kArithmetic = {"sse4_2", "avx",   "avx2", "fma",      "f16c",
                                                          "neon",   "asimd", "sve",  "avx_vnni", "bf16"};

std::string first_line(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

bool arithmetic(std::string_view flag) {
  return flag.starts_with("avx512") || flag.starts_with("amx") ||
         std::find(kArithmetic.begin(), kArithmetic.end(), flag) != kArithmetic.end();
}

/// The first processor of /proc/cpuinfo.
void read_processor(const fs::path& file, Environment& out) {
  std::ifstream stream(file);
  std::string line;
  while (std::getline(stream, line) && !line.empty()) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string name = trimmed(std::string_view(line).substr(0, colon));
    const std::string value = trimmed(std::string_view(line).substr(colon + 1));
    if (name == "model name") out.cpu = value;
    if (name == "cpu MHz") std::from_chars(value.data(), value.data() + value.size(), out.clock_mhz);
    if (name != "flags" && name != "Features") continue;
    std::istringstream flags(value);
    for (std::string flag; flags >> flag;) {
      if (arithmetic(flag)) out.cpu_flags.push_back(flag);
      if (flag == "hypervisor") out.virtual_machine = true;
    }
  }
}

/// A line of /proc/meminfo in bytes.
std::uint64_t memory(const fs::path& file, std::string_view wanted) {
  std::ifstream stream(file);
  std::string name;
  std::uint64_t kib = 0;
  std::string unit;
  while (stream >> name >> kib) {
    std::getline(stream, unit);
    if (name == wanted) return kib * 1024;
  }
  return 0;
}

int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

}  // namespace

Environment read_environment(const fs::path& root, const std::string& nvml) {
  Environment out;
  out.program_version = FOVEA_VERSION;
  read_processor(root / "proc/cpuinfo", out);
  out.cores = usable_cores();
  out.memory_bytes = memory(root / "proc/meminfo", "MemTotal:");
  out.free_bytes = memory(root / "proc/meminfo", "MemAvailable:");
  out.governor = first_line(root / "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  watch::Nvml gpus(nvml);
  for (const watch::GpuDescription& gpu : gpus.describe())
    out.gpus.push_back({gpu.name, gpu.memory_bytes, gpu.clock_mhz, gpu.most_mhz});
  out.gpu_driver = gpus.driver_version();
  const std::string load = first_line(root / "proc/loadavg");
  std::from_chars(load.data(), load.data() + load.size(), out.load_average);
  utsname system{};
  if (uname(&system) == 0) out.kernel = std::string(system.sysname) + " " + system.release;
  return out;
}

}  // namespace fovea::bench
