#pragma once

#include "core/watch/sample.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace fovea::watch {

/// What is kept of a moment and what rules look at; the order is that of the file and of its columns. What is
/// not known is NaN.
enum class Gauge : std::size_t {
  kCpu,        ///< % of all cores
  kLoad,       ///< load average of a minute
  kMemory,     ///< % of the machine's
  kResident,   ///< bytes of this program's processes
  kDisk,       ///< % of the file system
  kDiskRead,   ///< bytes/s
  kDiskWrite,  ///< bytes/s
  kGpu,        ///< % of the busiest
  kVram,       ///< % of the fullest
  kVramUsed,   ///< bytes of all
  kWatts,      ///< of all GPUs
  kCelsius,    ///< of the hottest
  kRunning,    ///< requests that servers compute
  kQueue,      ///< requests that wait there
  kRequests,   ///< a second
  kTokens,     ///< a second
  kRefused,    ///< requests since the moment before
  kP99,        ///< seconds, of the slowest server
  kTtftP99,    ///< seconds
};
inline constexpr std::size_t kGauges = 19;

/// Its name in rules and JSON: "vram".
const char* gauge_name(Gauge gauge);
const char* gauge_unit(Gauge gauge);  ///< "%", "bytes", "s"
std::optional<Gauge> gauge_of(std::string_view name);
std::vector<std::string_view> gauge_names();

struct MonitorRecord {
  double time = 0.0;  ///< seconds since 1970
  std::array<double, kGauges> values{};

  double operator[](Gauge gauge) const { return values[static_cast<std::size_t>(gauge)]; }
  double& operator[](Gauge gauge) { return values[static_cast<std::size_t>(gauge)]; }
};

MonitorRecord record_of(const MachineUse& machine, const std::vector<ProcessUse>& processes,
                        const std::vector<ServerUse>& servers);

}  // namespace fovea::watch
