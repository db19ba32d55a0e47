#pragma once

#include "app/cli/verb.h"
#include "app/serve/serving_models.h"

namespace fovea::serve {

/// `fovea serve`: answers over HTTP until it is told to stop.
cli::Verb serve_verb(SeveralModels several = {});

}  // namespace fovea::serve
