#include "core/hub/model_removal.h"

#include "core/hub/model_catalog.h"
#include "core/hub/pull/file_lock.h"
#include "core/hub/pull/hugging_face_layout.h"
#include "core/hub/pull/part_file.h"
#include "core/hub/pull/repository_name.h"

#include <algorithm>
#include <fstream>
#include <set>

#include <sys/stat.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostEntries = 100'000;

/// Files below `folder`, links not followed.
std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, error), end;
       !error && it != end && found.size() < kMostEntries; it.increment(error)) {
    if (!it->is_directory(error) || it->is_symlink(error)) found.push_back(it->path());
  }
  return found;
}

/// Bytes that go with a file: none for one that has another name.
std::uint64_t freed_by(const fs::path& file) {
  struct stat info = {};
  const bool own = lstat(file.c_str(), &info) == 0 && S_ISREG(info.st_mode) && info.st_nlink == 1;
  return own ? static_cast<std::uint64_t>(info.st_size) : 0;
}

/// A folder that is really there, no link to elsewhere, right below one of a cache's own.
bool is_own_folder(const fs::path& folder, const fs::path& parent) {
  std::error_code error;
  return folder.parent_path() == parent && !folder.filename().empty() && folder.filename() != ".." &&
         fs::symlink_status(folder, error).type() == fs::file_type::directory;
}

Error not_in_a_cache(const ModelEntry& entry) {
  return {
      ErrorCode::kInvalidArgument,
      "'" + entry.name + "' is not in a hub's cache (" + std::string(model_source_name(entry.source)) + ").",
      entry.source == ModelSource::kBundled ? "The model in the box stays." : "Remove its folder yourself.",
      "model"};
}

bool is_being_fetched(const fs::path& locks) {
  const std::vector<fs::path> files = files_below(locks);
  return std::any_of(files.begin(), files.end(), [](const fs::path& file) {
    return file.extension() == ".lock" && !FileLock::try_lock(file);
  });
}

Error being_fetched(const std::string& name) {
  return {ErrorCode::kBusy, "'" + name + "' is being fetched by another process.", "Stop that first.",
          "model"};
}

void take_folder(const fs::path& folder, RemovalPlan& plan) {
  for (const fs::path& file : files_below(folder)) plan.bytes += freed_by(file);
  plan.folders.push_back(folder);
}

/// Names in a snapshot's links: the blobs it needs.
std::set<std::string> blobs_of(const fs::path& snapshot) {
  std::set<std::string> blobs;
  for (const fs::path& file : files_below(snapshot)) {
    std::error_code error;
    const fs::path target = fs::read_symlink(file, error);
    if (!error) blobs.insert(target.filename().string());
  }
  return blobs;
}

Result<RemovalPlan> plan_whole_repository(const fs::path& cache, const fs::path& repository,
                                          RemovalPlan plan) {
  const fs::path locks = cache / ".locks" / repository.filename();
  if (is_being_fetched(locks)) return being_fetched(plan.name);
  plan.whole_repository = true;
  // What a loader finds first: the refs, then the links.
  for (const char* part : {"refs", "snapshots"}) {
    for (const fs::path& file : files_below(repository / part)) plan.files.push_back(file);
  }
  take_folder(repository, plan);
  plan.folders.push_back(locks);
  return plan;
}

Result<RemovalPlan> plan_hugging_face(const fs::path& cache, const fs::path& snapshot, RemovalPlan plan) {
  const fs::path repository = snapshot.parent_path().parent_path();
  if (!is_own_folder(repository, cache) || !is_own_folder(snapshot, repository / "snapshots")) {
    return Error{ErrorCode::kInvalidArgument, "'" + plan.name + "' leads out of the cache by a link.",
                 "Remove its folder yourself.", "model"};
  }
  std::set<std::string> kept;
  bool others = false;
  std::error_code error;
  for (fs::directory_iterator it(repository / "snapshots", error), end; !error && it != end;
       it.increment(error)) {
    if (it->path() == snapshot || !it->is_directory(error)) continue;
    others = true;
    kept.merge(blobs_of(it->path()));
  }
  if (!others) return plan_whole_repository(cache, repository, std::move(plan));
  if (is_being_fetched(cache / ".locks" / repository.filename())) return being_fetched(plan.name);
  for (const fs::path& ref : files_below(repository / "refs")) {
    std::ifstream stream(ref);
    std::string commit;
    if (stream >> commit && commit == snapshot.filename()) plan.files.push_back(ref);
  }
  plan.folders.push_back(snapshot);
  for (const std::string& blob : blobs_of(snapshot)) {
    const fs::path file = repository / "blobs" / blob;
    if (kept.contains(blob) || fs::symlink_status(file, error).type() != fs::file_type::regular) continue;
    plan.bytes += freed_by(file);
    plan.folders.push_back(file);
  }
  return plan;
}

Result<RemovalPlan> plan_modelscope(const fs::path& cache, const fs::path& folder, RemovalPlan plan) {
  const fs::path inside = folder.lexically_relative(cache);
  const fs::path owner = folder.parent_path();
  const bool own = !inside.empty() && *inside.begin() != ".." && is_own_folder(folder, owner) &&
                   is_own_folder(owner, owner.parent_path());
  if (!own) {
    return Error{ErrorCode::kInvalidArgument, "'" + plan.name + "' leads out of the cache by a link.",
                 "Remove its folder yourself.", "model"};
  }
  const fs::path staging = cache / "models" / "._____temp" / fs::path(plan.name);
  if (is_being_fetched(staging)) return being_fetched(plan.name);
  plan.whole_repository = true;
  plan.files.push_back(folder / "config.json");
  take_folder(folder, plan);
  take_folder(staging, plan);
  return plan;
}

/// What a pull that was not finished left.
Result<RemovalPlan> plan_leftovers(const ModelPlaces& places, const std::string& name,
                                   const Error& not_found) {
  const Result<RepositoryName> repository = parse_repository_name(name);
  if (!repository) return not_found;
  RemovalPlan plan;
  plan.name = repository->full();
  const fs::path folder = places.hugging_face / hugging_face_folder_name(*repository);
  if (!places.hugging_face.empty() && is_own_folder(folder, places.hugging_face)) {
    plan.folder = folder;
    return plan_whole_repository(places.hugging_face, folder, std::move(plan));
  }
  const fs::path staging =
      places.modelscope / "models" / "._____temp" / repository->organisation / repository->name;
  if (!places.modelscope.empty() && is_own_folder(staging, staging.parent_path())) {
    if (is_being_fetched(staging)) return being_fetched(plan.name);
    plan.source = ModelSource::kModelScope;
    plan.folder = staging;
    plan.whole_repository = true;
    take_folder(staging, plan);
    return plan;
  }
  return not_found;
}

}  // namespace

Result<RemovalPlan> plan_removal(const ModelPlaces& places, const std::string& name) {
  const Result<ModelEntry> entry = ModelCatalog(places).resolve(name);
  if (!entry)
    return entry.error().code == ErrorCode::kNotFound ? plan_leftovers(places, name, entry.error())
                                                      : entry.error();
  RemovalPlan plan;
  plan.name = entry->name;
  plan.source = entry->source;
  plan.folder = entry->folder;
  // A folder given by its path is not a name in a cache, even if it lies there.
  if (entry->source == ModelSource::kHuggingFace &&
      entry->folder.string().starts_with(places.hugging_face.string()))
    return plan_hugging_face(places.hugging_face, entry->folder, std::move(plan));
  if (entry->source == ModelSource::kModelScope)
    return plan_modelscope(places.modelscope, entry->folder, std::move(plan));
  return not_in_a_cache(*entry);
}

Result<void> remove_model(const RemovalPlan& plan) {
  std::error_code error;
  for (const fs::path& file : plan.files) {
    fs::remove(file, error);
    if (error) return write_error(error.value());
  }
  for (const fs::path& folder : plan.folders) {
    fs::remove_all(folder, error);
    if (error) return write_error(error.value());
  }
  return {};
}

}  // namespace fovea
