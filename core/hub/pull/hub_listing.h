#pragma once

#include "core/hub/digest.h"
#include "core/hub/pull/http_client.h"
#include "core/hub/pull/repository_name.h"
#include "core/hub/pull/retry.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fovea {

/// A file as a hub lists it.
struct HubFile {
  std::string path;  ///< within the repository; not dangerous
  std::uint64_t bytes = 0;
  Digest digest;
};

/// What a hub says of a repository.
struct HubListing {
  RepositoryName repository;   ///< its revision is never empty
  std::string commit;          ///< 40 hexadecimal digits; empty at ModelScope, which names none
  std::vector<HubFile> files;  ///< those that are wanted, by path
  std::size_t left_out = 0;    ///< files that are not fetched
};

/// Asks a hub for a repository's files:
///  - Hugging Face: GET {endpoint}/api/models/ORG/NAME/revision/REV?blobs=true → sha, siblings with
///  rfilename,
///    size, blobId and lfs.sha256 (huggingface_hub's model_info(files_metadata=True));
///  - ModelScope: GET {endpoint}/api/v1/models/ORG/NAME/repo/files?Revision=REV&Recursive=True → Data.Files
///    with Path, Type, Size, Sha256 (modelscope's get_model_files).
/// Errors: kNotFound, kForbidden, kUnreachable, kUnsupported (no safetensors), kCancelled.
Result<HubListing> list_repository(HttpClient& client, const HubAccess& access, RepositoryName repository,
                                   const RetryPolicy& policy, const Sleeper& sleep);

/// Where a listed file's bytes are asked for: the hub's own address, which may redirect.
std::string file_address(const HubAccess& access, const HubListing& listing, const std::string& path);

/// A small file's text, verified. Errors: as above, and kDamagedModel if it is not what the hub lists.
Result<std::string> fetch_text(HttpClient& client, const HubAccess& access, const HubListing& listing,
                               const HubFile& file, const RetryPolicy& policy, const Sleeper& sleep);

}  // namespace fovea
