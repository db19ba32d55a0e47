#include "core/bench/resource_sampler.h"

#include "core/watch/nvml.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <numeric>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include <unistd.h>

namespace fovea::bench {
namespace {

namespace fs = std::filesystem;

constexpr auto kEvery = std::chrono::milliseconds(100);

double ticks_a_second() {
  static const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  return ticks;
}

/// Fields 14 and 15 of /proc/PID/stat, after the name, which may hold anything: user and system time.
double process_ticks(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return 0.0;
  std::istringstream fields(line.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0.0;
  double system = 0.0;
  fields >> user >> system;
  return user + system;
}

double resident_mb(const fs::path& file) {
  std::ifstream stream(file);
  double pages = 0.0;
  stream >> pages >> pages;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

/// The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal.
void read_machine(const fs::path& file, ResourceCounters& out) {
  std::ifstream stream(file);
  std::string name;
  stream >> name;
  std::array<double, 8> ticks{};
  for (double& one : ticks) stream >> one;
  out.all_ticks = std::accumulate(ticks.begin(), ticks.end(), 0.0);
  out.busy_ticks = out.all_ticks - ticks[3] - ticks[4];
}

}  // namespace

ResourceCounters read_resources(int pid, const fs::path& root) {
  ResourceCounters out;
  const fs::path process = root / "proc" / (pid == 0 ? std::string("self") : std::to_string(pid));
  out.time = std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  out.memory_mb = resident_mb(process / "statm");
  out.process_ticks = process_ticks(process / "stat");
  read_machine(root / "proc/stat", out);
  out.energy = watch::read_energy(root);
  out.machine_watts = watch::machine_watts(root).value_or(-1.0);
  return out;
}

ResourceSample used_between(const ResourceCounters& before, const ResourceCounters& after,
                            double ticks_a_second) {
  ResourceSample sample;
  sample.memory_mb = after.memory_mb;
  const double seconds = after.time - before.time;
  if (seconds <= 0.0) return sample;
  sample.cpu_percent = 100.0 * (after.process_ticks - before.process_ticks) / ticks_a_second / seconds;
  const double all = after.all_ticks - before.all_ticks;
  if (all > 0.0) sample.machine_cpu_percent = 100.0 * (after.busy_ticks - before.busy_ticks) / all;
  const watch::EnergyUse energy = watch::energy_between(before.energy, after.energy);
  const auto watts = [&](const std::optional<double>& joules) { return joules ? *joules / seconds : -1.0; };
  sample.watts = watts(energy.processors);
  sample.memory_watts = watts(energy.memory);
  sample.machine_watts = energy.machine ? watts(energy.machine) : after.machine_watts;
  return sample;
}

ResourceSampler::ResourceSampler(int pid, std::string nvml)
    : pid_(pid), nvml_(std::move(nvml)), thread_([this] { look(); }) {}

ResourceSampler::~ResourceSampler() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ResourceSampler::look() {
  constexpr int kGpusEvery = 10;  // looks: its driver takes milliseconds
  watch::Nvml nvml(nvml_);
  ResourceCounters before = read_resources(pid_);
  int looks = 0;
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kEvery, [&] { return ends_; })) {
    lock.unlock();
    const ResourceCounters now = read_resources(pid_);
    const ResourceSample sample = used_between(before, now, ticks_a_second());
    before = now;
    std::vector<watch::GpuUse> gpus;
    if (nvml.available() && looks++ % kGpusEvery == 0) gpus = nvml.look();
    lock.lock();
    samples_.push_back(sample);
    if (!gpus.empty()) gpus_.push_back(std::move(gpus));
  }
}

void ResourceSampler::begin() {
  const std::lock_guard lock(mutex_);
  samples_.clear();
  gpus_.clear();
}

std::vector<RunFigure> ResourceSampler::figures() {
  RunFigure memory{"memory_mb", "MB", "resident memory, looked at ten times a second", Better::kLower};
  RunFigure cpu{"cpu_percent", "%", "time of this process on processors / time; 100: one core",
                Better::kNeither};
  RunFigure machine{"machine_cpu_percent", "%", "time that processors were busy / time of all",
                    Better::kNeither};
  RunFigure watts{"watts", "W", "energy of the processor's packages (RAPL) / time", Better::kLower};
  RunFigure memory_watts{"memory_watts", "W", "energy of the memory (RAPL), in no package / time",
                         Better::kLower};
  RunFigure machine_watts{"machine_watts", "W",
                          "power of the whole machine (psys, ACPI's meter or the battery), all else in it",
                          Better::kLower};
  RunFigure gpu{"gpu_percent", "%", "time that the busiest GPU computed, once a second (NVML)",
                Better::kNeither};
  RunFigure gpu_memory{"gpu_memory_mb", "MB", "memory of all GPUs in use, all programs (NVML)",
                       Better::kLower};
  RunFigure gpu_watts{"gpu_watts", "W", "power of all GPUs, once a second (NVML)", Better::kLower};
  const std::lock_guard lock(mutex_);
  const auto told = [](RunFigure& figure, double value) {
    if (value >= 0.0) figure.values.push_back(value);
  };
  for (const ResourceSample& sample : samples_) {
    memory.values.push_back(sample.memory_mb);
    cpu.values.push_back(sample.cpu_percent);
    machine.values.push_back(sample.machine_cpu_percent);
    told(watts, sample.watts);
    told(memory_watts, sample.memory_watts);
    told(machine_watts, sample.machine_watts);
  }
  for (const std::vector<watch::GpuUse>& gpus : gpus_) {
    double use = -1.0;
    double bytes = 0.0;
    double power = -1.0;
    for (const watch::GpuUse& one : gpus) {
      use = std::max(use, one.use);
      bytes += static_cast<double>(one.used);
      if (one.watts >= 0.0) power = std::max(0.0, power) + one.watts;
    }
    told(gpu, 100.0 * use);
    told(gpu_memory, bytes / 1e6);
    told(gpu_watts, power);
  }
  std::vector<RunFigure> out;
  for (RunFigure* figure :
       {&memory, &cpu, &machine, &watts, &memory_watts, &machine_watts, &gpu, &gpu_memory, &gpu_watts}) {
    if (!figure->values.empty()) out.push_back(std::move(*figure));
  }
  return out;
}

}  // namespace fovea::bench
