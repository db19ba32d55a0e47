#pragma once

#include "app/cli/verb.h"

namespace fovea::web_bench {

/// `fovea bench web-vs-api`.
cli::Verb web_bench_verb();

}  // namespace fovea::web_bench
