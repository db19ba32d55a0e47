#pragma once

#include "core/hub/pull/hub_listing.h"
#include "core/hub/pull/retry.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fovea {

/// One file to be had, and where.
struct DownloadItem {
  HubFile file;
  std::filesystem::path target;  ///< where it lies when it is whole and verified
  std::filesystem::path part;    ///< where it grows; on the same file system
  std::filesystem::path lock;    ///< held by the one process that fetches it
};

struct DownloadOptions {
  int connections = 4;  ///< requests at once
  std::uint64_t segment_bytes = 32ULL << 20;
  RetryPolicy retry;
};

/// Where a download stands.
struct DownloadProgress {
  enum class Stage {
    kListing,  ///< the hub is asked what there is
    kFetching,
    kChecking,  ///< all bytes have come; digests are being calculated
    kWaiting,   ///< another process fetches what is missing
    kPlacing,   ///< all is here; it gets its name
  };
  Stage stage = Stage::kFetching;
  std::uint64_t bytes_total = 0;
  std::uint64_t bytes_done = 0;  ///< with what was there before
  int files_total = 0;
  int files_done = 0;
  double bytes_per_second = 0.0;  ///< over the last seconds
  std::optional<double> seconds_left;
  std::optional<RetryPause> pause;  ///< the hub's trouble that is being waited out
};

/// Called several times a second by the thread that asked for the download; false stops.
using DownloadObserver = std::function<bool(const DownloadProgress&)>;

/// Whether a file is there already; asked by any thread when it holds the file's lock.
using HasFile = std::function<bool(const HubFile&)>;

/// Fetches the items that are not there, several ranges at once, and returns when each lies at its target.
/// Files that `has` finds are taken as they are.
///
/// Each file grows in its part file, is compared with the hub's digest, put on the disk (fsync) and renamed.
/// A part that an earlier run left is gone on with. What breaks is asked for again as `options.retry` says;
/// links that expired are asked for anew; a file whose version (ETag, size) changes on the way, or whose
/// digest is wrong, is begun again, twice at most. When it stops, fails or is killed, what came is kept.
///
/// Blocks. Threads of its own, all ended on return. Errors: kCancelled, kDiskFull, kDamagedModel (the digest
/// is wrong every time), and those of request_error().
Result<void> download(const HubAccess& access, const HubListing& listing, std::vector<DownloadItem> items,
                      const DownloadOptions& options, const HasFile& has, const DownloadObserver& observer);

}  // namespace fovea
