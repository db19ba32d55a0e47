#pragma once

#include "core/bench/report/run_record.h"

#include <string>
#include <vector>

namespace fovea::bench {

/// A chart with what stands above and below it.
struct ReportChart {
  std::string title;
  std::string remark;  ///< how to read it, one sentence
  std::string svg;
};

/// The charts that a settled record gives: each main figure over the run's axis (or by group), where the time
/// of an answer went by stage, how latencies are distributed and how they went over time.
std::vector<ReportChart> report_charts(const RunRecord& record);

}  // namespace fovea::bench
