#pragma once

#include "core/bench/web/ask_path.h"

#include <filesystem>
#include <vector>

namespace fovea::web_bench {

/// Reads the tasks of a YAML file (see resources/bench/web-vs-api.yaml) and their pictures, which lie beside
/// it. Errors: kNotFound, kTooLarge, kInvalidArgument; the message names the file and the task.
Result<std::vector<bench::WebTask>> read_tasks(const std::filesystem::path& file);

}  // namespace fovea::web_bench
