#pragma once

#include "core/hub/model_entry.h"
#include "core/hub/model_places.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fovea {

/// What removing a model takes away.
struct RemovalPlan {
  std::string name;
  ModelSource source = ModelSource::kHuggingFace;
  std::filesystem::path folder;   ///< the model's own, or the repository's where it is only half fetched
  std::uint64_t bytes = 0;        ///< that the disk gets back
  bool whole_repository = false;  ///< no other version is left

  std::vector<std::filesystem::path> files;    ///< refs, links, blobs: in the order of their going
  std::vector<std::filesystem::path> folders;  ///< that go with all in them, afterwards
};

/// Looks at what would go. `name` as `models list` shows it, or ORG/NAME of a pull that was not finished.
/// Only what lies in the hubs' caches is removed; blobs that other versions share stay. Errors: kNotFound,
/// kInvalidArgument (a model in the box or in a folder of the user's own), kBusy (being fetched).
Result<RemovalPlan> plan_removal(const ModelPlaces& places, const std::string& name);

/// Removes it: first what makes the model visible, then the bytes. Errors: those of write_error().
Result<void> remove_model(const RemovalPlan& plan);

}  // namespace fovea
