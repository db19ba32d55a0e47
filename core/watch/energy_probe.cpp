#include "core/watch/energy_probe.h"

#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

namespace fovea::watch {
namespace {

namespace fs = std::filesystem;

constexpr double kMicro = 1e-6;
constexpr std::string_view kPackage = "package-";  // a zone's name; others are parts of one, or hold all

template <typename Value>
std::optional<Value> read(const fs::path& file) {
  std::ifstream in(file);
  Value value{};
  in >> value;
  if (!in) return std::nullopt;
  return value;
}

}  // namespace

std::vector<PackageEnergy> EnergyProbe::look() {
  std::error_code fault;
  for (fs::directory_iterator it(root_ / "sys/class/powercap", fault), end; !fault && it != end;
       it.increment(fault)) {
    const auto name = read<std::string>(it->path() / "name");
    const auto energy = read<std::int64_t>(it->path() / "energy_uj");
    if (!name || !name->starts_with(kPackage) || !energy) continue;
    const auto [found, is_new] = counters_.try_emplace(name->substr(kPackage.size()), Counter{*energy, 0.0});
    if (is_new) continue;
    std::int64_t used = *energy - found->second.before;
    if (used < 0) used += read<std::int64_t>(it->path() / "max_energy_range_uj").value_or(-used);
    found->second.joules += kMicro * static_cast<double>(used);
    found->second.before = *energy;
  }
  std::vector<PackageEnergy> out;
  for (const auto& [package, counter] : counters_) out.push_back({package, counter.joules});
  return out;
}

}  // namespace fovea::watch
