#pragma once

#include "core/cost/cost_report.h"

#include <functional>
#include <string>

#include <nlohmann/json.hpp>

namespace fovea::cli {

/// Where an input's value comes from, for the table: "given", "file", "measured".
using InputOrigin = std::function<std::string(const cost::InputField&)>;

/// The inputs that count, then each section: its results and below them their formulas.
std::string cost_text(const cost::CostReport& report, const InputOrigin& origin);

/// The same for scripts; described in docs/cost.md.
nlohmann::ordered_json cost_json(const cost::CostReport& report, const InputOrigin& origin);

/// An amount with as many digits as say something: "2,880.00", "0.0000413".
std::string amount_text(double value);

}  // namespace fovea::cli
