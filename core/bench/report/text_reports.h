#pragma once

#include "core/bench/report/run_record.h"

#include <string>
#include <utility>
#include <vector>

namespace fovea::bench {

/// Names and values that say on what and how a run was measured, in the order in which one would read them.
std::vector<std::pair<std::string, std::string>> circumstances(const RunRecord& record);

/// Each figure of the run once, with its formula.
std::vector<std::pair<std::string, std::string>> formulas(const RunRecord& record);

/// The settled record as Markdown: findings, a table of figures a group, formulas, circumstances.
std::string markdown_report(const RunRecord& record);

/// One line a request with its latencies, stages, tokens and error; RFC 4180.
std::string requests_csv(const RunRecord& record);

}  // namespace fovea::bench
