#pragma once

#include "core/hub/model_places.h"
#include "core/hub/pull/download.h"

#include <memory>

namespace fovea {

/// How a hub's own programs lay a model out on the disk, so that theirs and this one find what either
/// fetched. One object for one listing; one thread.
class CacheLayout {
 public:
  virtual ~CacheLayout() = default;

  /// The model's folder once it is published.
  virtual std::filesystem::path folder() const = 0;
  /// Where a file goes.
  virtual DownloadItem item(const HubFile& file) const = 0;
  /// Whether a file is there, verified when it came. `observer` hears of bytes that have to be read for that.
  virtual Result<bool> has(const HubFile& file, const BytesObserver& observer) const = 0;
  /// Whether folder() is there with all files, and is what a loader finds under the revision's name.
  virtual bool published() const = 0;
  /// Makes the model visible: every file has been fetched. What is visible meanwhile is never a mixture. A
  /// second process may do the same at once. Errors: those of write_error().
  virtual Result<void> publish() = 0;
};

/// The layout for a listing of `hub` in `places`; nullptr if the places have no cache (no HOME).
std::unique_ptr<CacheLayout> cache_layout(const HubAccess& access, const HubListing& listing,
                                          const ModelPlaces& places);

/// Writes a small file whole: to another name, onto the disk, then renamed.
Result<void> write_whole(const std::filesystem::path& file, const std::string& text);

}  // namespace fovea
