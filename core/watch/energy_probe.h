#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fovea::watch {

/// One of the system's energy counters (RAPL, by Linux' powercap; Intel and AMD).
struct EnergyZone {
  enum class Kind {
    kPackage,  ///< a processor, its cores among it
    kMemory,   ///< a processor's memory; not in the package
    kMachine,  ///< psys: all of a laptop or board, packages and memory among it
  };

  Kind kind = Kind::kPackage;
  std::string name;        ///< of a package its number: "0"
  std::int64_t micro = 0;  ///< joules / 10^6, since some time
  std::int64_t range = 0;  ///< it begins anew after so many
};

/// The counters now; tens of microseconds. Empty where the system doesn't tell, as most systems do to others
/// than root. Each is there once, also where the system shows it by two ways (MSR and MMIO).
std::vector<EnergyZone> read_energy(const std::filesystem::path& root = "/");

/// Joules; what isn't told is empty. `machine` holds the others, and must not be added to them.
struct EnergyUse {
  std::optional<double> processors;
  std::optional<double> memory;
  std::optional<double> machine;
};

/// What was used from one reading to a later one, within a counter's range: some ten minutes to an hour under
/// load. A psys counter that says less than the processors used is not believed.
EnergyUse energy_between(const std::vector<EnergyZone>& before, const std::vector<EnergyZone>& after);

/// Watts of the whole machine where a meter tells them now: ACPI's power meter, or a battery that is being
/// emptied.
std::optional<double> machine_watts(const std::filesystem::path& root = "/");

/// What one of the machine's processors used since the probe's first look.
struct PackageEnergy {
  std::string package;  ///< its number: "0"
  double joules = 0.0;
};

/// Adds up what the processors use. One thread.
class EnergyProbe {
 public:
  /// `root` stands before the path, for tests.
  explicit EnergyProbe(std::filesystem::path root = "/") : root_(std::move(root)) {}

  /// Every package, by its number; as read_energy(). Looks must come more often than a counter begins anew.
  std::vector<PackageEnergy> look();

 private:
  struct Counter {
    EnergyZone before;
    double joules = 0.0;
  };

  std::filesystem::path root_;
  std::map<std::string, Counter> counters_;
};

}  // namespace fovea::watch
