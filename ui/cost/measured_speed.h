#pragma once

#include "core/bench/report/run_record.h"
#include "core/cost/measurement.h"

namespace fovea::ui {

/// What a settled run says of a model's speed, for costs: as read_measurement() makes it of a benchmark's
/// JSON. Runs in which it is known how many answers were written at once: decode, ttft (first questions),
/// batch, the batch sweep, and load from so many clients. Errors: kInvalidArgument for others, and where
/// nothing was answered.
Result<cost::Measurement> measured_speed(const bench::RunRecord& record);

}  // namespace fovea::ui
