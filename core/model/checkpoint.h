#pragma once

#include "core/api/error.h"
#include "core/model/safetensors.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace fovea {

/// Where a checkpoint's tensors lie: the headers of its safetensors files, no weights. Immutable.
struct Checkpoint {
  struct File {
    std::string name;  ///< within the folder
    std::filesystem::path path;
    std::uint64_t bytes = 0;
  };
  struct Entry {
    StoredTensor tensor;
    std::size_t file = 0;  ///< index into files
  };

  std::filesystem::path folder;
  std::vector<File> files;
  std::map<std::string, Entry> tensors;  ///< by tensor name

  std::int64_t parameters() const;
  /// The type that most of what is no integer is stored in.
  StoredType main_type() const;
};

/// Reads the headers of a folder in Hugging Face layout: model.safetensors.index.json with its shards, or
/// model.safetensors. Shard names must be plain names; a link may leave the folder only within the hub's
/// cache layout (snapshots/REV/FILE → ../../blobs/HASH). Errors: kNotFound, kDamagedModel, kUnsupported (only
/// .bin or .pt files are there: pickle is never loaded).
Result<Checkpoint> open_checkpoint(const std::filesystem::path& folder);

/// The same for the safetensors files of `names`, plain names within the folder.
Result<Checkpoint> open_weight_files(const std::filesystem::path& folder,
                                     const std::vector<std::string>& names);

}  // namespace fovea
