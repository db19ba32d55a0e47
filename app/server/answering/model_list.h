#pragma once

#include "core/api/engine.h"
#include "core/fleet/fleet.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fovea::server {

/// What a server answers with. The engines, and the fleet, outlive it.
struct ServedModels {
  std::vector<std::reference_wrapper<Engine>> engines;  ///< the first answers where nobody names one
  const Fleet* fleet = nullptr;  ///< whose models they are, in its order; null: one engine, always in memory
};

/// A model as a server tells of it.
struct ServedModel {
  ModelInfo info;
  ModelState state = ModelState::kLoaded;
  std::optional<std::uint64_t> bytes = {};  ///< that it takes by plan, now; unset: only its metrics say
  std::int64_t loads = 1;
};

/// The models by the names under which they may be asked for: their own; their own's last part, where no
/// other has the same; and for the first the aliases. Immutable; any thread.
class ModelList {
 public:
  ModelList(ServedModels models, std::vector<std::string> aliases);

  /// Two models of one name, or an alias that is another's name: kInvalidArgument.
  Result<void> check() const;

  /// The first for an empty name; null for a name that nobody has.
  Engine* find(const std::string& name) const;
  Engine& first() const { return models_.engines.front(); }
  const std::vector<std::reference_wrapper<Engine>>& engines() const { return models_.engines; }
  /// "a, b".
  std::string names() const;

  /// In the order in which they were given. Asks no engine for its metrics, which could take long in another
  /// process.
  std::vector<ServedModel> all() const;
  /// In the same order.
  std::vector<EngineMetrics> metrics() const;
  /// Their sum; memory is that of the process.
  EngineMetrics together(const std::vector<EngineMetrics>& metrics) const;

 private:
  const ServedModels models_;
  const std::vector<std::string> aliases_;
  const std::vector<std::string> names_;
};

}  // namespace fovea::server
