#pragma once

#include "core/bench/report/run_record.h"
#include "core/cost/measurement.h"

namespace fovea::bench {

/// What a settled run says of a model's speed, for costs: as read_measurement() makes it of a benchmark's
/// JSON. Runs in which it is known how many answers were written at once: decode, ttft (first questions),
/// batch, the batch sweep, queue, and load from so many clients. Where all of a group were asked at the same
/// moment, prompts and answers are told apart. `only`: one repetition of each group; 0: all. Errors:
/// kInvalidArgument for other runs, and where nothing was answered.
Result<cost::Measurement> measured_speed(const RunRecord& record, int only = 0);

}  // namespace fovea::bench
