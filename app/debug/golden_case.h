#pragma once

#include "core/api/error.h"
#include "core/api/generation_request.h"

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace fovea::debug {

/// A case of tests/oracle's case lists (its README describes the format) as a request: greedy, exactly
/// max_new_tokens long.
struct GoldenCase {
  std::string name;
  GenerationRequest request;
};

/// Reads a case list; pictures and clips are looked up in `images`.
Result<std::vector<GoldenCase>> read_golden_cases(const std::string& file, const std::string& images);

}  // namespace fovea::debug
