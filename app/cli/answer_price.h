#pragma once

#include <filesystem>
#include <string>

namespace fovea::cli {

/// What an answer cost that had the machine for `seconds`, by the prices in `file` (see user_cost_file): a
/// line, or nothing where no price is set. A file that cannot be read says so in the line.
std::string answer_price_line(double seconds, const std::filesystem::path& file);

}  // namespace fovea::cli
