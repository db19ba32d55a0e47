#pragma once

#include "core/hub/model_entry.h"

#include <nlohmann/json.hpp>

namespace fovea {

/// Fills in what a config.json says of a model: architecture, sizes, quantisation. Errors: kUnsupported (a
/// model that cannot run here), kDamagedModel (it contradicts itself); what was read until then stays.
Result<void> describe_config(const nlohmann::json& config, ModelEntry& entry);

}  // namespace fovea
