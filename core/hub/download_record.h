#pragma once

#include "core/api/error.h"
#include "core/hub/digest.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace fovea {

/// What a hub said about the files of a model's folder, kept beside them as `.fovea.json` where the folder's
/// layout has no place for it (ModelScope's).
struct DownloadRecord {
  struct File {
    std::string path;
    std::uint64_t bytes = 0;
    Digest digest;
  };
  std::string endpoint;
  std::string repository;
  std::string revision;
  std::vector<File> files;

  /// The file of that path, nullptr if there is none.
  const File* find(const std::string& path) const;
};

/// Errors: kNotFound (none there), kDamagedModel.
Result<DownloadRecord> read_download_record(const std::filesystem::path& folder);

std::string download_record_text(const DownloadRecord& record);

/// The record's file in a model's folder.
std::filesystem::path download_record_file(const std::filesystem::path& folder);

}  // namespace fovea
