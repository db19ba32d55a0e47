#pragma once

#include "core/hub/pull/cache_layout.h"

namespace fovea {

/// ModelScope's cache, as its own programs keep it: models/ORG/NAME with the files themselves, dots in NAME
/// as "___". While files come they lie in models/._____temp/ORG/NAME, ModelScope's own place for that, under
/// their digests. When all are there they are moved: first config.json of an older version is taken away,
/// the new one comes last, so that a half-moved model is none.
///
/// ModelScope's programs keep no record that could be trusted without a hash of every file; ours is
/// `.fovea.json` in the model's folder, see download_record.h.
class ModelScopeLayout final : public CacheLayout {
 public:
  ModelScopeLayout(const std::filesystem::path& cache, std::string endpoint, const HubListing& listing);

  std::filesystem::path folder() const override { return folder_; }
  DownloadItem item(const HubFile& file) const override;
  Result<bool> has(const HubFile& file, const BytesObserver& observer) const override;
  bool published() const override;
  Result<void> publish() override;

 private:
  std::filesystem::path staged(const HubFile& file) const { return staging_ / file.digest.hex; }
  Result<void> move_files();

  std::filesystem::path folder_;
  std::filesystem::path staging_;
  std::string endpoint_;
  const HubListing& listing_;
};

}  // namespace fovea
