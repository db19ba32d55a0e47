#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace fovea::watch {

/// What one of the machine's processors used since the probe's first look.
struct PackageEnergy {
  std::string package;  ///< its number: "0"
  double joules = 0.0;
};

/// Reads the processors' energy counters (RAPL, by Linux' powercap; Intel and AMD). One thread.
class EnergyProbe {
 public:
  /// `root` stands before the path, for tests.
  explicit EnergyProbe(std::filesystem::path root = "/") : root_(std::move(root)) {}

  /// Every package, by its number; tens of microseconds. Empty where the system doesn't tell, as most
  /// systems do to others than root. The system's counter begins anew after its range, some ten minutes to an
  /// hour under load: looks must come more often than that.
  std::vector<PackageEnergy> look();

 private:
  struct Counter {
    std::int64_t before = 0;  // microjoules
    double joules = 0.0;
  };

  std::filesystem::path root_;
  std::map<std::string, Counter> counters_;
};

}  // namespace fovea::watch
