#include "core/bench/resource_sampler.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <numeric>
#include <sstream>
#include <string>
#include <system_error>
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

double number_in(const fs::path& file) {
  std::ifstream stream(file);
  double value = -1.0;
  stream >> value;
  return stream ? value : -1.0;
}

/// Energy of all packages; their parts (core, uncore) are counted in them.
void read_energy(const fs::path& folder, ResourceCounters& out) {
  constexpr double kMicro = 1e-6;
  std::error_code fault;
  for (fs::directory_iterator it(folder, fault), end; !fault && it != end; it.increment(fault)) {
    const std::string name = it->path().filename().string();
    if (!name.starts_with("intel-rapl:") || name.find(':') != name.rfind(':')) continue;
    const double micro = number_in(it->path() / "energy_uj");
    if (micro < 0.0) continue;
    out.joules = std::max(0.0, out.joules) + kMicro * micro;
    out.joules_wrap += kMicro * std::max(0.0, number_in(it->path() / "max_energy_range_uj"));
  }
}

}  // namespace

ResourceCounters read_resources(int pid, const fs::path& root) {
  ResourceCounters out;
  const fs::path process = root / "proc" / (pid == 0 ? std::string("self") : std::to_string(pid));
  out.time = std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  out.memory_mb = resident_mb(process / "statm");
  out.process_ticks = process_ticks(process / "stat");
  read_machine(root / "proc/stat", out);
  read_energy(root / "sys/class/powercap", out);
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
  if (before.joules >= 0.0 && after.joules >= 0.0) {
    double joules = after.joules - before.joules;
    if (joules < 0.0) joules += after.joules_wrap;
    sample.watts = joules / seconds;
  }
  return sample;
}

ResourceSampler::ResourceSampler(int pid) : pid_(pid), thread_([this] { look(); }) {}

ResourceSampler::~ResourceSampler() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ResourceSampler::look() {
  ResourceCounters before = read_resources(pid_);
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, kEvery, [&] { return ends_; })) {
    lock.unlock();
    const ResourceCounters now = read_resources(pid_);
    const ResourceSample sample = used_between(before, now, ticks_a_second());
    before = now;
    lock.lock();
    samples_.push_back(sample);
  }
}

void ResourceSampler::begin() {
  const std::lock_guard lock(mutex_);
  samples_.clear();
}

std::vector<RunFigure> ResourceSampler::figures() {
  RunFigure memory{"memory_mb", "MB", "resident memory, looked at ten times a second", Better::kLower};
  RunFigure cpu{"cpu_percent", "%", "time of this process on processors / time; 100: one core",
                Better::kNeither};
  RunFigure machine{"machine_cpu_percent", "%", "time that processors were busy / time of all",
                    Better::kNeither};
  RunFigure watts{"watts", "W", "energy of the processor's packages (RAPL) / time", Better::kLower};
  const std::lock_guard lock(mutex_);
  for (const ResourceSample& sample : samples_) {
    memory.values.push_back(sample.memory_mb);
    cpu.values.push_back(sample.cpu_percent);
    machine.values.push_back(sample.machine_cpu_percent);
    if (sample.watts >= 0.0) watts.values.push_back(sample.watts);
  }
  std::vector<RunFigure> out;
  for (RunFigure* figure : {&memory, &cpu, &machine, &watts}) {
    if (!figure->values.empty()) out.push_back(std::move(*figure));
  }
  return out;
}

}  // namespace fovea::bench
