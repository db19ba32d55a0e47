#include "ui/process_probe.h"

#include <array>
#include <fstream>
#include <string>
#include <system_error>

#include <unistd.h>

namespace fovea::ui {

namespace {

/// Bytes of a process in memory; 0 if it is not there.
std::uint64_t resident_bytes(const std::string& process) {
  std::uint64_t pages = 0;
  std::ifstream statm("/proc/" + process + "/statm");
  if (!(statm >> pages >> pages)) return 0;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

ProcessUse ProcessProbe::look(int engine) {
  ProcessUse use;
  use.resident = resident_bytes("self");
  if (engine > 0) use.resident += resident_bytes(std::to_string(engine));
  std::ifstream memory("/proc/meminfo");
  std::uint64_t available = 0;
  std::string name;
  std::string unit;
  for (std::uint64_t kilobytes = 0; memory >> name >> kilobytes >> unit;) {
    if (name == "MemTotal:") use.memory_total = kilobytes * 1024;
    if (name == "MemAvailable:") {
      available = kilobytes * 1024;
      break;
    }
  }
  use.memory_used = use.memory_total > available ? use.memory_total - available : 0;
  std::ifstream stat("/proc/stat");
  std::array<std::uint64_t, 8> times{};  // user nice system idle iowait irq softirq steal
  stat >> name;
  for (std::uint64_t& time : times) stat >> time;
  std::uint64_t all = 0;
  for (const std::uint64_t time : times) all += time;
  const std::uint64_t busy = all - times[3] - times[4];
  if (all_ != 0 && all > all_) use.cpu = static_cast<double>(busy - busy_) / static_cast<double>(all - all_);
  busy_ = busy;
  all_ = all;
  use.cores = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  use.watts = watts();
  return use;
}

std::optional<double> ProcessProbe::watts() {
  const auto now = std::chrono::steady_clock::now();
  const double seconds = std::chrono::duration<double>(now - energies_read_).count();
  double joules = 0.0;
  bool known = false;
  std::map<std::string, std::uint64_t> energies;
  std::error_code fault;
  for (const auto& entry : std::filesystem::directory_iterator(powercap_, fault)) {
    const std::string name = entry.path().filename();
    // "intel-rapl:0" is a package, "intel-rapl:0:1" a part of it.
    if (name.rfind("intel-rapl:", 0) != 0 || name.find(':', 11) != std::string::npos) continue;
    std::uint64_t energy = 0;
    if (std::ifstream file(entry.path() / "energy_uj"); !(file >> energy)) continue;
    energies[name] = energy;
    const auto before = energies_.find(name);
    if (before == energies_.end() || energy < before->second) continue;  // new, or wrapped round
    joules += 1e-6 * static_cast<double>(energy - before->second);
    known = true;
  }
  energies_ = std::move(energies);
  energies_read_ = now;
  return known && seconds > 0.0 ? std::optional(joules / seconds) : std::nullopt;
}

}  // namespace fovea::ui
