#include "core/bench/long/thermal.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace fovea::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kProcessorSensors = {"coretemp", "k10temp", "zenpower",
                                                               "cpu_thermal"};
constexpr double kMilli = 1e-3;

std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code fault;
  for (fs::directory_iterator at(folder, fault), end; !fault && at != end; at.increment(fault))
    out.push_back(at->path());
  return out;
}

std::string word_in(const fs::path& file) {
  std::ifstream in(file);
  std::string word;
  in >> word;
  return word;
}

double number_in(const fs::path& file) {
  std::ifstream in(file);
  double value = -1.0;
  in >> value;
  return in ? value : -1.0;
}

double warmest(const fs::path& root) {
  double celsius = -1.0;
  for (const fs::path& sensor : entries(root / "sys/class/hwmon")) {
    const std::string name = word_in(sensor / "name");
    if (std::find(kProcessorSensors.begin(), kProcessorSensors.end(), name) == kProcessorSensors.end())
      continue;
    for (const fs::path& file : entries(sensor)) {
      const std::string input = file.filename().string();
      if (input.starts_with("temp") && input.ends_with("_input"))
        celsius = std::max(celsius, kMilli * number_in(file));
    }
  }
  if (celsius > 0.0) return celsius;
  for (const fs::path& zone : entries(root / "sys/class/thermal")) {
    const std::string type = word_in(zone / "type");
    if (type.find("pkg") != std::string::npos || type.find("cpu") != std::string::npos)
      celsius = std::max(celsius, kMilli * number_in(zone / "temp"));
  }
  return celsius > 0.0 ? celsius : -1.0;
}

bool is_core(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return name.starts_with("cpu") && name.size() > 3 &&
         std::all_of(name.begin() + 3, name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

double clock_of(const fs::path& root) {
  double sum = 0.0;
  int count = 0;
  for (const fs::path& core : entries(root / "sys/devices/system/cpu")) {
    const double kilohertz = is_core(core) ? number_in(core / "cpufreq/scaling_cur_freq") : -1.0;
    if (kilohertz <= 0.0) continue;
    sum += kMilli * kilohertz;
    ++count;
  }
  if (count > 0) return sum / count;
  std::ifstream in(root / "proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("cpu MHz")) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    try {
      sum += std::stod(line.substr(colon + 1));
      ++count;
    } catch (const std::exception&) {  // no number
      continue;
    }
  }
  return count > 0 ? sum / count : -1.0;
}

double throttle_events(const fs::path& root) {
  double sum = -1.0;
  for (const fs::path& core : entries(root / "sys/devices/system/cpu")) {
    const double events = is_core(core) ? number_in(core / "thermal_throttle/core_throttle_count") : -1.0;
    if (events >= 0.0) sum = std::max(0.0, sum) + events;
  }
  return sum;
}

}  // namespace

ThermalLook read_thermal(const fs::path& root) {
  ThermalLook look;
  look.celsius = warmest(root);
  look.clock_mhz = clock_of(root);
  look.throttle_events = throttle_events(root);
  return look;
}

}  // namespace fovea::bench
