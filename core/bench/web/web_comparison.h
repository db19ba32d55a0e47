#pragma once

#include "core/bench/report/run_record.h"

#include <string>
#include <vector>

namespace fovea::bench {

/// What a settled record of kWebRun says: times by task and path; how much later the page's first and last
/// tokens are than REST's, beside the reference deployments' figures; the stages of each path until the first
/// token and in all, with what their sum misses of the whole; processors and memory of program and browser;
/// what Base64 costs; several askers at once. A table of which nothing is known is left out.
std::vector<ReportTable> web_tables(const RunRecord& record);

/// The same in sentences: how much later, and which stages make it so; whether the stages add up.
std::vector<std::string> web_findings(const RunRecord& record);

}  // namespace fovea::bench
