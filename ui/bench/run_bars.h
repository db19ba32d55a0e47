#pragma once

#include "core/bench/report/run_record.h"
#include "ui/bench/bar_chart.h"

#include <string>

namespace fovea::ui {

// A group of a run as a bar of the chart.

/// Means of the stages of the group's answered requests, in milliseconds, one part a stage.
Bar stage_bar(const bench::RunRecord& record, const bench::GroupRecord& group);
/// One figure of the group with its band; "not measured" where it has none of that name.
Bar figure_bar(const bench::GroupRecord& group, const std::string& name);

}  // namespace fovea::ui
