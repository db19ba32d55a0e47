#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fovea {

/// Reads an environment variable; nothing if it is unset or empty.
using Environment = std::function<std::optional<std::string>(const char* name)>;

/// This process's own.
Environment process_environment();

/// Folders in which models are looked for. They need not exist.
struct ModelPlaces {
  std::vector<std::filesystem::path> bundled;  ///< the program's own models
  std::vector<std::filesystem::path> folders;  ///< models, or folders of models
  std::filesystem::path hugging_face;          ///< holds models--org--repo
  std::filesystem::path modelscope;            ///< holds models/org/name or org/name
};

/// Where the environment says that models are:
///  - FOVEA_MODELS: folders with colons between them;
///  - Hugging Face's cache: HF_HUB_CACHE, else HF_HOME/hub, else XDG_CACHE_HOME/huggingface/hub, else
///    ~/.cache/huggingface/hub (huggingface_hub's own order);
///  - ModelScope's: MODELSCOPE_CACHE, else ~/.cache/modelscope/hub.
/// A leading ~ is the home folder. `bundled` is taken over as it is.
ModelPlaces model_places(const Environment& environment, std::vector<std::filesystem::path> bundled);

}  // namespace fovea
