#pragma once

#include "core/bench/report/run_comparison.h"

#include <string>

#include <nlohmann/json.hpp>

namespace fovea::cli {

/// A line a figure: before, after, the change with its 99 % band and the verdict; then what else differs.
std::string comparison_text(const bench::RunComparison& comparison);

nlohmann::ordered_json comparison_json(const bench::RunComparison& comparison);

/// "+3.1 %".
std::string change_text(double share);

}  // namespace fovea::cli
