#include "core/watch/monitor_record.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fovea::watch {
namespace {

struct Named {
  const char* name;
  const char* unit;
};

constexpr std::array<Named, kGauges> kNames = {{{"cpu", "%"},
                                                {"load", ""},
                                                {"memory", "%"},
                                                {"resident", "bytes"},
                                                {"disk", "%"},
                                                {"disk_read", "bytes/s"},
                                                {"disk_write", "bytes/s"},
                                                {"gpu", "%"},
                                                {"vram", "%"},
                                                {"vram_used", "bytes"},
                                                {"watts", "W"},
                                                {"celsius", "C"},
                                                {"running", "requests"},
                                                {"queue", "requests"},
                                                {"requests", "requests/s"},
                                                {"tokens", "tokens/s"},
                                                {"refused", "requests"},
                                                {"p99", "s"},
                                                {"ttft_p99", "s"}}};

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double told(double value) {
  return value < 0.0 ? kUnknown : value;
}

double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? kUnknown : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

/// What is not known leaves the other standing.
double larger(double a, double b) {
  return std::fmax(a, b);
}

double together(double a, double b) {
  if (std::isnan(a)) return b;
  return std::isnan(b) ? a : a + b;
}

}  // namespace

const char* gauge_name(Gauge gauge) {
  return kNames[static_cast<std::size_t>(gauge)].name;
}

const char* gauge_unit(Gauge gauge) {
  return kNames[static_cast<std::size_t>(gauge)].unit;
}

std::optional<Gauge> gauge_of(std::string_view name) {
  for (std::size_t i = 0; i < kGauges; ++i) {
    if (name == kNames[i].name) return static_cast<Gauge>(i);
  }
  return std::nullopt;
}

std::vector<std::string_view> gauge_names() {
  std::vector<std::string_view> out;
  for (const Named& one : kNames) out.emplace_back(one.name);
  return out;
}

MonitorRecord record_of(const MachineUse& machine, const std::vector<ProcessUse>& processes,
                        const std::vector<ServerUse>& servers) {
  MonitorRecord record;
  record.values.fill(kUnknown);
  record.time = machine.time;
  record[Gauge::kCpu] = told(machine.cpu) * 100.0;
  record[Gauge::kLoad] = machine.load;
  record[Gauge::kMemory] = percent(machine.memory_used, machine.memory_total);
  record[Gauge::kDisk] = percent(machine.disk_used, machine.disk_total);
  record[Gauge::kDiskRead] = told(machine.disk_read);
  record[Gauge::kDiskWrite] = told(machine.disk_write);
  double resident = 0.0;
  for (const ProcessUse& process : processes) resident += static_cast<double>(process.resident);
  record[Gauge::kResident] = resident;
  for (const GpuUse& gpu : machine.gpus) {
    record[Gauge::kGpu] = larger(record[Gauge::kGpu], told(gpu.use) * 100.0);
    record[Gauge::kVram] = larger(record[Gauge::kVram], percent(gpu.used, gpu.total));
    record[Gauge::kVramUsed] =
        together(record[Gauge::kVramUsed], gpu.total == 0 ? kUnknown : static_cast<double>(gpu.used));
    record[Gauge::kWatts] = together(record[Gauge::kWatts], told(gpu.watts));
    record[Gauge::kCelsius] = larger(record[Gauge::kCelsius], told(gpu.celsius));
  }
  for (const ServerUse& server : servers) {
    if (!server.reached) continue;
    record[Gauge::kRunning] = together(record[Gauge::kRunning], server.running);
    record[Gauge::kQueue] = together(record[Gauge::kQueue], server.waiting);
    record[Gauge::kRequests] = together(record[Gauge::kRequests], told(server.requests_per_second));
    record[Gauge::kTokens] = together(record[Gauge::kTokens], told(server.tokens_per_second));
    record[Gauge::kRefused] = together(record[Gauge::kRefused], told(server.refused));
    record[Gauge::kP99] = larger(record[Gauge::kP99], told(server.p99));
    record[Gauge::kTtftP99] = larger(record[Gauge::kTtftP99], told(server.ttft_p99));
  }
  return record;
}

}  // namespace fovea::watch
