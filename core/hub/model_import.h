#pragma once

#include "core/hub/digest.h"
#include "core/hub/model_places.h"
#include "core/hub/pull/pull.h"

namespace fovea {

enum class ImportWay {
  kCopy,
  kHardLink,  ///< one file, two names: takes no room, but who changes the one changes the other
};

/// Puts a folder in Hugging Face layout into Hugging Face's cache under a name, so that this and other
/// programs find it by that. Taken are the files that is_wanted(). The "commit" is made of the files'
/// digests: the same folder gives the same. The folder must hold a model that runs here (a sound config.json,
/// sound headers, all shards). Copies are compared with what was read. Errors: kNotFound, kUnsupported,
/// kDamagedModel, kInvalidArgument (another model has that name; other file systems for links), kDiskFull,
/// kCancelled.
Result<PulledModel> import_model(const std::filesystem::path& folder, const RepositoryName& name,
                                 const ModelPlaces& places, ImportWay way, const DownloadObserver& observer);

}  // namespace fovea
