#include "core/hub/cache_scan.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <utility>

namespace fovea {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFolderEntries = 10'000;  ///< of a folder no more is looked at

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

bool is_model_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path / "config.json", error);
}

/// Folders in `folder` in the order of their names; hidden ones are left out.
std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  std::size_t looked_at = 0;
  for (fs::directory_iterator it(folder, fs::directory_options::skip_permission_denied, error), end;
       !error && it != end && looked_at < kMaxFolderEntries; it.increment(error), ++looked_at) {
    const std::string name = it->path().filename().string();
    if (!name.starts_with('.') && is_folder(it->path())) found.push_back(it->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

/// The first line of a ref's file: a revision.
std::string read_ref(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return {};
  std::ifstream stream(file);
  std::string revision(64, '\0');
  stream.read(revision.data(), static_cast<std::streamsize>(revision.size()));
  revision.resize(static_cast<std::size_t>(stream.gcount()));
  return revision.substr(0, revision.find_first_of(" \r\n\t/"));
}

/// Names of refs by the revision they stand for; "main" wins over others.
std::map<std::string, std::string> refs_of(const fs::path& repository) {
  std::map<std::string, std::string> names;
  std::error_code error;
  std::size_t looked_at = 0;
  for (fs::directory_iterator it(repository / "refs", fs::directory_options::skip_permission_denied, error),
       end;
       !error && it != end && looked_at < kMaxFolderEntries; it.increment(error), ++looked_at) {
    const std::string name = it->path().filename().string();
    const std::string revision = read_ref(it->path());
    if (revision.empty()) continue;
    std::string& known = names[revision];
    if (known.empty() || name == "main") known = name;
  }
  return names;
}

fs::file_time_type changed(const fs::path& folder) {
  std::error_code error;
  const fs::file_time_type time = fs::last_write_time(folder, error);
  return error ? fs::file_time_type::min() : time;
}

}  // namespace

std::vector<FoundModel> scan_hugging_face_repository(const fs::path& repository) {
  const std::string prefix = "models--";
  std::string name = repository.filename().string();
  if (name.starts_with(prefix)) name = replaced(name.substr(prefix.size()), "--", "/");

  const std::vector<fs::path> snapshots = folders_in(repository / "snapshots");
  if (snapshots.empty()) return {};
  const std::map<std::string, std::string> refs = refs_of(repository);
  auto main = std::find_if(snapshots.begin(), snapshots.end(), [&refs](const fs::path& snapshot) {
    const auto ref = refs.find(snapshot.filename().string());
    return ref != refs.end() && ref->second == "main";
  });
  if (main == snapshots.end()) {
    main = std::max_element(snapshots.begin(), snapshots.end(),
                            [](const fs::path& a, const fs::path& b) { return changed(a) < changed(b); });
  }
  std::vector<FoundModel> found{{name, *main, ModelSource::kHuggingFace, main->filename().string()}};
  for (const fs::path& snapshot : snapshots) {
    if (snapshot == *main) continue;
    const std::string revision = snapshot.filename().string();
    const auto ref = refs.find(revision);
    found.push_back({name + "@" + (ref != refs.end() ? ref->second : revision.substr(0, 8)), snapshot,
                     ModelSource::kHuggingFace, revision});
  }
  return found;
}

std::vector<FoundModel> scan_hugging_face(const fs::path& cache) {
  std::vector<FoundModel> found;
  for (const fs::path& repository : folders_in(cache)) {
    if (!repository.filename().string().starts_with("models--")) continue;
    for (FoundModel& model : scan_hugging_face_repository(repository)) found.push_back(std::move(model));
  }
  return found;
}

std::vector<FoundModel> scan_modelscope(const fs::path& cache) {
  std::vector<FoundModel> found;
  for (const fs::path& root : {cache / "models", cache / "hub" / "models", cache, cache / "hub"}) {
    for (const fs::path& organisation : folders_in(root)) {
      const std::string outer = organisation.filename().string();
      if (outer == "models" || outer == "hub" || outer == "datasets") continue;
      for (const fs::path& folder : folders_in(organisation)) {
        if (!is_model_folder(folder)) continue;
        const std::string name = outer + "/" + replaced(folder.filename().string(), "___", ".");
        found.push_back({name, folder, ModelSource::kModelScope, ""});
      }
    }
  }
  return found;
}

std::vector<FoundModel> scan_folder(const fs::path& folder, ModelSource source) {
  const fs::path plain = folder.has_filename() ? folder : folder.parent_path();
  if (is_model_folder(plain)) return {{plain.filename().string(), plain, source, ""}};
  std::vector<FoundModel> found;
  for (const fs::path& outer : folders_in(plain)) {
    if (is_model_folder(outer)) {
      found.push_back({outer.filename().string(), outer, source, ""});
      continue;
    }
    for (const fs::path& inner : folders_in(outer)) {
      if (!is_model_folder(inner)) continue;
      found.push_back({outer.filename().string() + "/" + inner.filename().string(), inner, source, ""});
    }
  }
  return found;
}

}  // namespace fovea
