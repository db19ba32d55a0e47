#pragma once

#include "core/hub/pull/cache_layout.h"

namespace fovea {

/// Hugging Face's cache, as huggingface_hub keeps it:
///
///     models--ORG--NAME/blobs/DIGEST             the bytes
///     models--ORG--NAME/snapshots/COMMIT/FILE    a relative link to its blob
///     models--ORG--NAME/refs/REVISION            the commit that a branch or tag stands for
///     .locks/models--ORG--NAME/DIGEST.lock       held while a blob is fetched
///
/// Parts lie beside the blobs as DIGEST.fovea.incomplete, a name that huggingface_hub takes for an
/// interrupted download and never for a blob. The links come when all blobs are there, the ref last.
class HuggingFaceLayout final : public CacheLayout {
 public:
  HuggingFaceLayout(const std::filesystem::path& cache, const HubListing& listing);

  std::filesystem::path folder() const override { return snapshot_; }
  DownloadItem item(const HubFile& file) const override;
  Result<bool> has(const HubFile& file, const BytesObserver& observer) const override;
  bool published() const override;
  Result<void> publish() override;

 private:
  std::filesystem::path repository_;
  std::filesystem::path locks_;
  std::filesystem::path snapshot_;
  std::filesystem::path ref_;  ///< empty where the revision is the commit itself
  const HubListing& listing_;
};

/// "models--ORG--NAME".
std::string hugging_face_folder_name(const RepositoryName& repository);

}  // namespace fovea
