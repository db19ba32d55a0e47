#pragma once

#include "core/api/error.h"

#include <cstdint>
#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

namespace fovea {

/// Largest JSON file that is read whole; published indexes stay under 1 MB.
inline constexpr std::uintmax_t kMaxJsonBytes = 8U << 20;

/// The file `name` of a folder as a JSON object, at most 64 levels deep. `name` stands in the messages; the
/// folder does not. Only regular files are read (a link to one is). Errors: kNotFound, kDamagedModel.
Result<nlohmann::json> read_json_object(const std::filesystem::path& folder, const std::string& name);

/// `text` as a JSON object, at most 64 levels deep. `name` stands in the messages. Errors: kDamagedModel.
Result<nlohmann::json> parse_json_object(const std::string& text, const std::string& name);

/// The text under `key`; empty if there is none, or something else.
std::string text_at(const nlohmann::json& object, const char* key);

/// "Model file damaged: FILE (WHAT)." with the remedy.
Error damaged_file(const std::string& file, const std::string& what);

}  // namespace fovea
