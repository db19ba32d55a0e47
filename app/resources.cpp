#include "app/resources.h"

#include <cstdlib>
#include <system_error>

namespace fovea {
namespace {

namespace fs = std::filesystem;

constexpr int kFoldersUp = 4;

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos;
}

}  // namespace

Resources Resources::find() {
  if (const char* chosen = std::getenv("FOVEA_RESOURCES"); chosen != nullptr && *chosen != '\0') {
    return Resources(fs::path(chosen));
  }
  std::error_code fault;
  fs::path folder = fs::read_symlink("/proc/self/exe", fault).parent_path();
  if (fault) return Resources(fs::path());
  if (is_folder(folder.parent_path() / "share/fovea/models"))
    return Resources(folder.parent_path() / "share/fovea");
  for (int up = 0; up <= kFoldersUp; ++up) {
    if (is_folder(folder / "resources/models") || is_folder(folder / "resources/samples")) {
      return Resources(folder / "resources");
    }
    folder = folder.parent_path();
  }
  return Resources(fs::path());
}

std::optional<fs::path> Resources::model(const std::string& name) const {
  if (root_.empty() || !is_plain_name(name)) return std::nullopt;
  const fs::path folder = root_ / "models" / name;
  if (!is_file(folder / "config.json")) return std::nullopt;
  return folder;
}

fs::path Resources::models_folder() const {
  return root_.empty() || !is_folder(root_ / "models") ? fs::path() : root_ / "models";
}

std::optional<fs::path> Resources::folder(const std::string& name) const {
  if (root_.empty() || !is_plain_name(name) || !is_folder(root_ / name)) return std::nullopt;
  return root_ / name;
}

std::optional<fs::path> Resources::sample(const std::string& name) const {
  if (root_.empty() || !is_plain_name(name)) return std::nullopt;
  fs::path file = root_ / "samples" / name;
  if (!is_file(file)) return std::nullopt;
  return file;
}

}  // namespace fovea
