#pragma once

#include "core/api/error.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace fovea {

/// Sums over one safetensors file's header.
struct SafetensorsTally {
  std::int64_t parameters = 0;
  /// Of those in tensors that another program packs integers into or lays beside them, by the end of the
  /// name: "qweight" → elements. "int8" → those that are bytes.
  std::map<std::string, std::int64_t> packed;
  std::int64_t tensors = 0;
  std::uint64_t file_bytes = 0;
  std::map<std::string, std::uint64_t> bytes_by_dtype;  ///< "BF16" → bytes
};

/// Reads the header of `path`; `name` stands for it in messages. Checked is what the sums need: the header's
/// length, that it is JSON of the right form, that the data fits the file. Loading checks more. Errors:
/// kDamagedModel.
Result<SafetensorsTally> tally_safetensors(const std::filesystem::path& path, const std::string& name);

}  // namespace fovea
