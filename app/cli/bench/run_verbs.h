#pragma once

#include "app/cli/verb.h"

#include <vector>

namespace fovea::cli {

// More verbs of runs that are kept; see verb.h.
Verb bench_forecast_verb();
Verb bench_formats_verb();
Verb bench_long_verb();
Verb bench_queue_verb();
Verb bench_report_verb();
/// `bench check` that can repeat runs of verbs beside the standard ones too.
Verb bench_check_verb_with(std::vector<Verb> more);

}  // namespace fovea::cli
