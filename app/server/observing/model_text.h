#pragma once

#include "app/server/answering/model_list.h"

#include <string>
#include <vector>

namespace fovea::server {

/// What GET /metrics says of each model: fovea_model_state and the rest. `metrics`: of each.
void print_models(const std::vector<ServedModel>& models, const std::vector<EngineMetrics>& metrics,
                  std::string& out);

}  // namespace fovea::server
