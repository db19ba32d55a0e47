#pragma once

#include "core/hub/model_entry.h"
#include "core/hub/model_places.h"

#include <filesystem>
#include <string>
#include <vector>

namespace fovea {

/// A model's folder and the name that it goes by.
struct FoundModel {
  std::string name;
  std::filesystem::path folder;
  ModelSource source = ModelSource::kFolder;
  std::string revision;
};

/// Models of a Hugging Face cache: models--org--repo/{refs,blobs,snapshots}. The snapshot that refs/main
/// names (without it the newest) goes by "org/repo"; others by "org/repo@NAME" with the name of a ref, or the
/// first 8 digits of the revision. Repositories without a snapshot are left out.
std::vector<FoundModel> scan_hugging_face(const std::filesystem::path& cache);

/// The snapshots of one models--org--repo folder.
std::vector<FoundModel> scan_hugging_face_repository(const std::filesystem::path& repository);

/// Models of a ModelScope cache, new layout (models/org/name) or old (org/name); "___" in a folder's name
/// stands for a dot.
std::vector<FoundModel> scan_modelscope(const std::filesystem::path& cache);

/// Models in a folder: itself if it holds config.json, else its folders that do, else theirs (as
/// "outer/inner").
std::vector<FoundModel> scan_folder(const std::filesystem::path& folder, ModelSource source);

}  // namespace fovea
