#pragma once

#include "core/hub/model_entry.h"
#include "core/hub/model_places.h"
#include "core/hub/pull/download.h"

#include <optional>

namespace fovea {

/// A file of a plan.
struct PlannedFile {
  HubFile file;
  bool there = false;      ///< whole and verified
  std::uint64_t come = 0;  ///< bytes that are here, of an earlier try or all of it
};

/// What a pull would do.
struct PullPlan {
  HubListing listing;
  std::vector<PlannedFile> files;
  std::filesystem::path folder;  ///< where the model will be
  std::uint64_t bytes_total = 0;
  std::uint64_t bytes_missing = 0;  ///< still to be fetched
  std::uint64_t disk_needed = 0;    ///< bytes of the disk that it will yet take
  std::uint64_t disk_free = 0;
  bool published = false;  ///< nothing is to be done at all
  /// What its config.json says of it, with sizes from the listing (parameters: bytes of the weights over the
  /// width of config.json's dtype; their headers, some kilobytes, are counted with them); `problem` is set if
  /// it cannot run here.
  ModelEntry entry;
};

/// Asks the hub and looks at the cache; writes nothing. Errors: those of list_repository(), kNotFound (no
/// folder for caches).
Result<PullPlan> plan_pull(const HubAccess& access, const RepositoryName& repository,
                           const ModelPlaces& places, const DownloadOptions& options,
                           const DownloadObserver& observer);

/// What a pull did.
struct PulledModel {
  std::string name;  ///< that the model goes by here: "ORG/NAME"
  std::filesystem::path folder;
  std::string commit;  ///< empty at ModelScope
  std::uint64_t bytes_total = 0;
  std::uint64_t bytes_fetched = 0;  ///< now
};

/// Fetches a model into its hub's usual cache: plan, check of the disk, download(), publication. A model that
/// can not run here is refused unless `any_model`. Whatever ends it (an error, a stop, kill -9, power), the
/// next call goes on with what came, and no loader finds a half model. Several processes may pull the same
/// model at once. Files that changed at the hub meanwhile (a moving branch) are listed again, twice at most.
/// Blocks; threads of its own, all ended on return. Errors: those of plan_pull() and download(), kDiskFull,
/// kUnsupported.
Result<PulledModel> pull_model(const HubAccess& access, const RepositoryName& repository,
                               const ModelPlaces& places, const DownloadOptions& options, bool any_model,
                               const DownloadObserver& observer);

}  // namespace fovea
