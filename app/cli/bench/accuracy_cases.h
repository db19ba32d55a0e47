#pragma once

#include "app/cli/console.h"
#include "core/api/error.h"
#include "core/bench/accuracy.h"

#include <cstddef>
#include <filesystem>
#include <vector>

namespace fovea::cli {

/// What a file of cases is, for --help.
const char* accuracy_cases_help();

/// The first `most` cases of a file, their pictures read, to be answered greedily. Relative names of pictures
/// and clips are looked for beside it. kNotFound (the file, a picture or a clip is not there),
/// kInvalidArgument (it is no list of cases), read_attachments()' errors; each of a case names its number.
Result<std::vector<bench::AccuracyCase>> read_accuracy_cases(const std::filesystem::path& file,
                                                             std::size_t most, Input& standard_input);

}  // namespace fovea::cli
