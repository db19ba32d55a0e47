#pragma once

#include "core/api/error.h"

#include <string>

namespace fovea {

/// A checkpoint that contradicts what the model expects of it; `what` is a sentence.
Error damaged_weights(const std::string& what);

/// While a model's weights are read.
Error no_memory_for_weights();

}  // namespace fovea
