#pragma once

#include "core/api/error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fovea {

/// "[1024, 64]".
std::string shape_text(const std::vector<std::int64_t>& shape);

/// A checkpoint that contradicts what the model expects of it; `what` is a sentence.
Error damaged_weights(const std::string& what);

/// While a model's weights are read.
Error no_memory_for_weights();

}  // namespace fovea
