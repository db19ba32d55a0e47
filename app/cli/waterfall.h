#pragma once

#include "app/cli/answer_run.h"
#include "app/cli/console.h"

#include <string>

namespace fovea::cli {

/// Where the time of an answer went, for a terminal: one bar a stage, each beginning where the one before it
/// ends, in lines of at most `columns` characters; then the figures. `load_seconds` < 0: not shown.
std::string waterfall(const Answer& answer, double load_seconds, int columns, const Style& style);

}  // namespace fovea::cli
