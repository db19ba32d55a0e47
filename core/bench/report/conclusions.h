#pragma once

#include "core/bench/report/run_record.h"

namespace fovea::bench {

/// Makes the tables and findings that follow from a settled record alone, of those runs that have such; the
/// others keep what their measurement found. So the reports of a run that was cut can be made from its
/// bundle.
void conclude(RunRecord& record);

}  // namespace fovea::bench
