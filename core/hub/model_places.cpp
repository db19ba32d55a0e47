#include "core/hub/model_places.h"

#include <cstdlib>
#include <sstream>
#include <utility>

namespace fovea {

namespace fs = std::filesystem;

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
  };
}

ModelPlaces model_places(const Environment& environment, std::vector<fs::path> bundled) {
  const std::string home = environment("HOME").value_or("");
  const auto expanded = [&home](const std::string& path) {
    const bool at_home = path == "~" || path.starts_with("~/");
    return at_home && !home.empty() ? fs::path(home + path.substr(1)) : fs::path(path);
  };
  const auto folder = [&](const char* name) -> std::optional<fs::path> {
    const std::optional<std::string> value = environment(name);
    return value ? std::optional(expanded(*value)) : std::nullopt;
  };
  const fs::path cache = home.empty() ? fs::path() : fs::path(home) / ".cache";

  ModelPlaces places;
  places.bundled = std::move(bundled);
  std::istringstream list(environment("FOVEA_MODELS").value_or(""));
  for (std::string path; std::getline(list, path, ':');) {
    if (!path.empty()) places.folders.push_back(expanded(path));
  }
  if (const auto hub = folder("HF_HUB_CACHE")) {
    places.hugging_face = *hub;
  } else if (const auto hf_home = folder("HF_HOME")) {
    places.hugging_face = *hf_home / "hub";
  } else {
    const fs::path base = folder("XDG_CACHE_HOME").value_or(cache);
    if (!base.empty()) places.hugging_face = base / "huggingface" / "hub";
  }
  if (const auto modelscope = folder("MODELSCOPE_CACHE")) {
    places.modelscope = *modelscope;
  } else if (!cache.empty()) {
    places.modelscope = cache / "modelscope" / "hub";
  }
  return places;
}

}  // namespace fovea
