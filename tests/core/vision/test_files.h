#pragma once

#include "core/api/error.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace fovea::test {

/// A whole file. Throws when it is not there: a test's own data must be.
std::vector<std::uint8_t> read_bytes(const std::filesystem::path& path);

nlohmann::json read_json(const std::filesystem::path& path);

/// "message remedy" of an error, for failure texts.
template <typename T>
std::string said(const Result<T>& result) {
  return result ? std::string("no error") : result.error().text();
}

}  // namespace fovea::test
