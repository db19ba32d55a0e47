#include "core/hub/model_catalog.h"

#include "core/hub/cache_scan.h"
#include "core/hub/near_names.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <utility>

namespace fovea {
namespace {

namespace fs = std::filesystem;

std::string lowered(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string last_part(const std::string& name) {
  return name.substr(name.rfind('/') + 1);
}

/// All models in the order of the catalogue; a folder that two places lead to comes once.
std::vector<FoundModel> find_all(const ModelPlaces& places) {
  std::vector<FoundModel> found;
  std::set<std::string> folders;
  const auto take = [&](std::vector<FoundModel> models) {
    std::stable_sort(models.begin(), models.end(),
                     [](const auto& a, const auto& b) { return a.name < b.name; });
    for (FoundModel& model : models) {
      std::error_code error;
      const fs::path real = fs::weakly_canonical(model.folder, error);
      if (folders.insert(error ? model.folder.string() : real.string()).second)
        found.push_back(std::move(model));
    }
  };
  for (const fs::path& folder : places.bundled) take(scan_folder(folder, ModelSource::kBundled));
  for (const fs::path& folder : places.folders) take(scan_folder(folder, ModelSource::kFolder));
  if (!places.hugging_face.empty()) take(scan_hugging_face(places.hugging_face));
  if (!places.modelscope.empty()) take(scan_modelscope(places.modelscope));
  return found;
}

ModelEntry describe(const FoundModel& found) {
  ModelEntry entry = describe_model(found.folder, found.source, found.name);
  entry.revision = found.revision;
  return entry;
}

bool written_as_path(const std::string& text) {
  return text.starts_with('/') || text.starts_with("./") || text.starts_with("../") ||
         text.starts_with("~/") || text == "." || text == ".." || text == "~";
}

fs::path without_tilde(const std::string& text) {
  const char* home = std::getenv("HOME");
  return text.starts_with('~') && home != nullptr ? fs::path(home + text.substr(1)) : fs::path(text);
}

Result<ModelEntry> resolve_path(const std::string& given) {
  const fs::path path = without_tilde(given);
  std::error_code error;
  if (fs::is_regular_file(path, error)) {
    return Error{ErrorCode::kInvalidArgument, "'" + given + "' is a file.", "Give the model's folder.",
                 "model"};
  }
  if (!fs::is_directory(path, error)) {
    return Error{ErrorCode::kNotFound, "There is no folder '" + given + "'.",
                 "`fovea models list` shows the models on this machine.", "model"};
  }
  if (fs::is_directory(path / "snapshots", error)) {  // a repository in Hugging Face's cache
    const std::vector<FoundModel> snapshots = scan_hugging_face_repository(fs::weakly_canonical(path, error));
    if (!snapshots.empty()) return describe(snapshots.front());
  }
  const fs::path full = fs::absolute(path, error).lexically_normal();
  return describe_model(error ? path : full, ModelSource::kFolder);
}

Error not_found(const std::string& given, const std::vector<FoundModel>& models) {
  std::vector<std::string> names;
  for (const FoundModel& model : models) names.push_back(model.name);
  Error error{ErrorCode::kNotFound, "There is no model '" + given + "' on this machine.", "", "model"};
  const std::vector<std::string> near = near_names(given, names, 3);
  if (!near.empty()) {
    error.remedy = "Did you mean ";
    for (std::size_t i = 0; i < near.size(); ++i) {
      error.remedy += (i == 0 ? "'" : i + 1 == near.size() ? " or '" : ", '") + near[i] + "'";
    }
    error.remedy += "? ";
  }
  error.remedy += "`fovea models list` shows what is here; a folder can be given too.";
  return error;
}

}  // namespace

std::vector<ModelEntry> ModelCatalog::list() const {
  std::vector<ModelEntry> entries;
  for (const FoundModel& found : find_all(places_)) entries.push_back(describe(found));
  return entries;
}

Result<ModelEntry> ModelCatalog::resolve(const std::string& name_or_path) const {
  if (name_or_path.empty()) {
    return Error{ErrorCode::kInvalidArgument, "The model's name is empty.", "Give a name or a folder.",
                 "model"};
  }
  std::error_code error;
  if (written_as_path(name_or_path) || fs::is_regular_file(fs::path(name_or_path) / "config.json", error)) {
    return resolve_path(name_or_path);
  }
  const std::vector<FoundModel> models = find_all(places_);
  const std::string wanted = lowered(name_or_path);
  for (const FoundModel& model : models) {
    if (lowered(model.name) == wanted) return describe(model);
  }
  std::vector<const FoundModel*> by_part;
  for (const FoundModel& model : models) {
    if (lowered(last_part(model.name)) == wanted) by_part.push_back(&model);
  }
  const bool several = std::any_of(by_part.begin(), by_part.end(), [&](const FoundModel* model) {
    return lowered(model->name) != lowered(by_part.front()->name);
  });
  if (several) {
    return Error{ErrorCode::kInvalidArgument, "Several models are called '" + name_or_path + "'.",
                 "Give the whole name: '" + by_part[0]->name + "' or '" + by_part.back()->name + "'.",
                 "model"};
  }
  if (!by_part.empty()) return describe(*by_part.front());
  if (fs::exists(name_or_path, error)) return resolve_path(name_or_path);
  return not_found(name_or_path, models);
}

Result<void> runnable(const ModelEntry& entry) {
  if (!entry.problem) return {};
  Error error = *entry.problem;
  error.message = entry.name + " cannot run: " + error.message;
  error.field = "model";
  return error;
}

}  // namespace fovea
