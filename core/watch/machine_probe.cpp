#include "core/watch/machine_probe.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <sstream>

#include <sys/statvfs.h>

namespace fovea::watch {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSector = 512;  // bytes; what /proc/diskstats counts in, whatever the disk's own

void read_memory(const fs::path& file, MachineUse& use) {
  std::ifstream in(file);
  std::uint64_t available = 0;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string name;
    std::uint64_t kibibytes = 0;
    words >> name >> kibibytes;
    if (name == "MemTotal:") use.memory_total = kibibytes * 1024;
    if (name == "MemAvailable:") available = kibibytes * 1024;
  }
  use.memory_used = use.memory_total > available ? use.memory_total - available : 0;
}

/// A whole disk, no partition of one, no loop device and no mapping of another.
bool whole_disk(const std::string& name) {
  if (name.starts_with("nvme") || name.starts_with("mmcblk")) return name.find('p') == std::string::npos;
  if (!name.starts_with("sd") && !name.starts_with("vd") && !name.starts_with("xvd") &&
      !name.starts_with("hd"))
    return false;
  return std::isdigit(static_cast<unsigned char>(name.back())) == 0;
}

}  // namespace

MachineUse MachineProbe::look(double now) {
  MachineUse use;
  use.time = now;
  read_memory(root_ / "proc/meminfo", use);
  Counters counters;
  counters.time = now;
  std::ifstream stat(root_ / "proc/stat");
  for (std::string line; std::getline(stat, line);) {
    if (!line.starts_with("cpu")) break;
    std::istringstream words(line);
    std::string name;
    std::array<std::uint64_t, 8> times{};  // user nice system idle iowait irq softirq steal
    words >> name;
    for (std::uint64_t& time : times) words >> time;
    if (name != "cpu") {
      ++use.cores;
      continue;
    }
    for (const std::uint64_t time : times) counters.all += time;
    counters.busy = counters.all - times[3] - times[4];
  }
  std::ifstream(root_ / "proc/loadavg") >> use.load;
  std::ifstream disks(root_ / "proc/diskstats");
  for (std::string line; std::getline(disks, line);) {
    std::istringstream words(line);
    std::string name;
    std::uint64_t skipped = 0;
    std::uint64_t read = 0;
    std::uint64_t written = 0;
    words >> skipped >> skipped >> name >> skipped >> skipped >> read >> skipped >> skipped >> skipped >>
        written;
    if (!words || !whole_disk(name)) continue;
    counters.read += read * kSector;
    counters.written += written * kSector;
  }
  struct statvfs space {};
  if (statvfs(".", &space) == 0) {
    use.disk_total = static_cast<std::uint64_t>(space.f_blocks) * space.f_frsize;
    use.disk_used = use.disk_total - static_cast<std::uint64_t>(space.f_bfree) * space.f_frsize;
  }
  const double seconds = now - before_.time;
  if (before_.time > 0.0 && seconds > 0.0) {
    const auto share = [](std::uint64_t after, std::uint64_t before) {
      return after > before ? static_cast<double>(after - before) : 0.0;
    };
    if (counters.all > before_.all)
      use.cpu = share(counters.busy, before_.busy) / static_cast<double>(counters.all - before_.all);
    use.disk_read = share(counters.read, before_.read) / seconds;
    use.disk_write = share(counters.written, before_.written) / seconds;
  }
  before_ = counters;
  return use;
}

}  // namespace fovea::watch
