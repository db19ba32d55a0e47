#pragma once

#include "core/bench/report/run_record.h"

#include <string>

namespace fovea::cli {

/// A settled record for the terminal: a line a group with the figures that matter, findings, formulas.
std::string run_text(const bench::RunRecord& record);

}  // namespace fovea::cli
