#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fovea::watch {

/// A process that holds memory of a GPU.
struct GpuProcess {
  int pid = 0;  ///< as the driver counts them: in a container not as the container does
  std::uint64_t bytes = 0;
};

/// One GPU at one moment; what its driver doesn't tell is below 0.
struct GpuUse {
  std::string name;
  double use = -1.0;       ///< share of the time that it computed, 0 … 1
  std::uint64_t used = 0;  ///< bytes of its memory
  std::uint64_t total = 0;
  double watts = -1.0;
  double celsius = -1.0;
  bool processes_told = false;  ///< whether `processes` are all that compute there
  std::vector<GpuProcess> processes;
};

/// What a GPU's memory holds, whoever holds it. Bytes.
struct GpuMemoryUse {
  std::uint64_t used = 0;
  std::uint64_t total = 0;
};

/// The machine at one moment; rates are means since the look before it, below 0 at the first.
struct MachineUse {
  double time = 0.0;  ///< seconds since 1970
  double cpu = -1.0;  ///< share of all cores, 0 … 1
  double load = 0.0;  ///< load average of a minute
  int cores = 0;
  std::uint64_t memory_used = 0;  ///< bytes, without what is kept of files
  std::uint64_t memory_total = 0;
  std::uint64_t disk_used = 0;  ///< of the file system of the working folder
  std::uint64_t disk_total = 0;
  double disk_read = -1.0;  ///< bytes a second of all whole disks
  double disk_write = -1.0;
  std::vector<GpuUse> gpus;
};

/// One process of this program.
struct ProcessUse {
  int pid = 0;
  std::string verb;  ///< "serve"; "window" without one
  std::uint64_t resident = 0;
  double cpu = -1.0;  ///< cores in use since the look before; below 0 at the first
  int threads = 0;
  double seconds = 0.0;    ///< since it began
  std::vector<int> ports;  ///< TCP ports on which it listens
};

/// What a server's /metrics say.
struct ServerUse {
  std::string url;
  bool reached = false;
  std::string fault;     ///< why it was not
  double running = 0.0;  ///< requests in prefill or decode
  double waiting = 0.0;
  double requests_per_second = -1.0;  ///< since the look before
  double tokens_per_second = -1.0;
  double refused = -1.0;  ///< since the look before: refused by the engine, or answered with 429 or 503
  double p99 = -1.0;      ///< seconds, of the requests since the look before; below 0 if there were none
  double ttft_p99 = -1.0;
  std::uint64_t resident = 0;
};

}  // namespace fovea::watch
