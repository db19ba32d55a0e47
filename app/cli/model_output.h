#pragma once

#include "app/cli/host.h"

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace fovea::cli {

/// What the verbs of `models` write, on standard output: text, harmless on a terminal; or JSON with two
/// spaces of indentation, always valid UTF-8.
void print_text(Host& host, const std::string& text);
void print_json(Host& host, const nlohmann::ordered_json& json);

/// Rows of cells as lines, each column as wide as its widest cell.
std::string in_columns(const std::vector<std::vector<std::string>>& rows);

/// The error on standard error; the status for it.
int fail_download(const Error& error, Host& host);

}  // namespace fovea::cli
