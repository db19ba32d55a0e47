#pragma once

#include "app/cli/verb.h"

namespace fovea::cli {

// More verbs of runs that are kept; see verb.h.
Verb bench_forecast_verb();
Verb bench_formats_verb();
Verb bench_long_verb();
Verb bench_report_verb();

}  // namespace fovea::cli
