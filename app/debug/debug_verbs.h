#pragma once

#include "app/cli/verb.h"

namespace fovea::debug {

/// `debug golden`: runs a case list greedily and writes the ids, for comparison with a reference
/// (tests/oracle).
cli::Verb golden_verb();

/// `debug speed`: one question several times on one loaded model, a JSON line each.
cli::Verb speed_verb();

}  // namespace fovea::debug
