#pragma once

#include "app/cli/verb.h"

namespace fovea::serve {

/// `fovea serve`: answers over HTTP until it is told to stop.
cli::Verb serve_verb();

}  // namespace fovea::serve
