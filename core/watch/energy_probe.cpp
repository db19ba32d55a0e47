#include "core/watch/energy_probe.h"

#include <algorithm>
#include <fstream>
#include <string_view>
#include <system_error>

namespace fovea::watch {
namespace {

namespace fs = std::filesystem;
using Kind = EnergyZone::Kind;

constexpr double kMicro = 1e-6;
constexpr std::string_view kPackage = "package-";  // a zone's name; others are parts of one, or hold all
constexpr std::string_view kSecondWay = "intel-rapl-mmio";

template <typename Value>
std::optional<Value> read(const fs::path& file) {
  std::ifstream in(file);
  Value value{};
  in >> value;
  if (!in) return std::nullopt;
  return value;
}

std::vector<fs::path> sorted(const fs::path& folder) {
  std::vector<fs::path> out;
  std::error_code fault;
  for (fs::directory_iterator it(folder, fault), end; !fault && it != end; it.increment(fault))
    out.push_back(it->path());
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<EnergyZone> zone_in(const fs::path& folder) {
  const auto name = read<std::string>(folder / "name");
  const auto energy = read<std::int64_t>(folder / "energy_uj");
  if (!name || !energy) return std::nullopt;
  EnergyZone zone;
  zone.micro = *energy;
  zone.range = read<std::int64_t>(folder / "max_energy_range_uj").value_or(0);
  if (name->starts_with(kPackage)) {
    zone.name = name->substr(kPackage.size());
  } else if (*name == "dram") {
    zone.kind = Kind::kMemory;
    zone.name = folder.filename().string();  // each package has one of that name
  } else if (*name == "psys") {
    zone.kind = Kind::kMachine;
    zone.name = *name;
  } else {
    return std::nullopt;  // cores, uncore: parts of a package
  }
  return zone;
}

double joules_between(const EnergyZone& before, const EnergyZone& after) {
  std::int64_t used = after.micro - before.micro;
  if (used < 0) used = std::max<std::int64_t>(0, used + after.range);
  return kMicro * static_cast<double>(used);
}

}  // namespace

std::vector<EnergyZone> read_energy(const fs::path& root) {
  std::vector<EnergyZone> first;
  std::vector<EnergyZone> second;
  for (const fs::path& folder : sorted(root / "sys/class/powercap")) {
    std::optional<EnergyZone> zone = zone_in(folder);
    if (!zone) continue;
    const bool again = folder.filename().string().starts_with(kSecondWay);
    (again ? second : first).push_back(std::move(*zone));
  }
  return first.empty() ? second : first;
}

EnergyUse energy_between(const std::vector<EnergyZone>& before, const std::vector<EnergyZone>& after) {
  EnergyUse use;
  for (const EnergyZone& zone : after) {
    const auto same = std::find_if(before.begin(), before.end(), [&](const EnergyZone& one) {
      return one.kind == zone.kind && one.name == zone.name;
    });
    if (same == before.end()) continue;
    std::optional<double>& sum = zone.kind == Kind::kPackage  ? use.processors
                                 : zone.kind == Kind::kMemory ? use.memory
                                                              : use.machine;
    sum = sum.value_or(0.0) + joules_between(*same, zone);
  }
  if (use.machine && *use.machine < use.processors.value_or(0.0)) use.machine.reset();
  return use;
}

std::optional<double> machine_watts(const fs::path& root) {
  for (const fs::path& folder : sorted(root / "sys/class/hwmon")) {
    if (read<std::string>(folder / "name").value_or("") != "power_meter") continue;
    for (const char* file : {"power1_average", "power1_input"}) {
      if (const auto micro = read<double>(folder / file); micro && *micro > 0.0) return kMicro * *micro;
    }
  }
  double battery = 0.0;
  for (const fs::path& folder : sorted(root / "sys/class/power_supply")) {
    if (read<std::string>(folder / "status").value_or("") != "Discharging") continue;
    if (const auto power = read<double>(folder / "power_now")) {
      battery += kMicro * *power;
    } else {  // some tell microamperes and microvolts instead
      battery += kMicro * read<double>(folder / "current_now").value_or(0.0) * kMicro *
                 read<double>(folder / "voltage_now").value_or(0.0);
    }
  }
  return battery > 0.0 ? std::optional(battery) : std::nullopt;
}

std::vector<PackageEnergy> EnergyProbe::look() {
  for (EnergyZone& zone : read_energy(root_)) {
    if (zone.kind != Kind::kPackage) continue;
    const auto [found, is_new] = counters_.try_emplace(zone.name, Counter{zone, 0.0});
    if (is_new) continue;
    found->second.joules += joules_between(found->second.before, zone);
    found->second.before = std::move(zone);
  }
  std::vector<PackageEnergy> out;
  for (const auto& [package, counter] : counters_) out.push_back({package, counter.joules});
  return out;
}

}  // namespace fovea::watch
