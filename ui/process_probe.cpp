#include "ui/process_probe.h"

#include <array>
#include <fstream>
#include <string>
#include <utility>

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
  const double seconds = std::chrono::duration<double>(now - joules_read_).count();
  const std::optional<double> before =
      std::exchange(joules_, read_joules_ ? read_joules_() : std::optional<double>());
  joules_read_ = now;
  return before && joules_ && seconds > 0.0 ? std::optional((*joules_ - *before) / seconds) : std::nullopt;
}

}  // namespace fovea::ui
