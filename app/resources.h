#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace fovea {

/// The model that the program ships and uses where none is named.
inline constexpr const char* kBundledModel = "fovea-mini";

/// The files that come with the program: models, samples, icons. Found once at start.
class Resources {
 public:
  /// Looks, in this order, in FOVEA_RESOURCES; in ../share/fovea next to the program's folder (installed); in
  /// `resources` in the program's folder or up to four folders above it (a build inside the checkout).
  /// Without any of them every lookup finds nothing.
  static Resources find();

  /// For tests: the given folder and nothing else.
  explicit Resources(std::filesystem::path root) : root_(std::move(root)) {}

  /// Folder of a model in the box; nullopt if there is none of that name. A name holds no slash.
  std::optional<std::filesystem::path> model(const std::string& name) const;
  /// The folder of the models in the box; empty if there is none.
  std::filesystem::path models_folder() const;
  /// A folder of other files ("web"); nullopt if it isn't there.
  std::optional<std::filesystem::path> folder(const std::string& name) const;
  /// A sample picture by its file name; nullopt if there is none.
  std::optional<std::filesystem::path> sample(const std::string& name) const;

 private:
  std::filesystem::path root_;
};

}  // namespace fovea
