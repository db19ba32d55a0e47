#pragma once

#include "core/hub/pull/download_queue.h"
#include "core/hub/pull/http_client.h"

namespace fovea {

/// Fills segments of files on their way by ranged requests. One for each thread; keeps its connection.
class SegmentFiller {
 public:
  SegmentFiller(const HubAccess& access, const HubListing& listing, const DownloadOptions& options,
                DownloadQueue& queue)
      : access_(access),
        listing_(listing),
        options_(options),
        queue_(queue),
        client_(access, queue.stop_flag(), options.retry.stall_seconds) {}

  /// Fills `task`'s segment, with as many requests as it takes. On return the segment is complete, or the
  /// queue knows why it is not (a restart, an error, a stop).
  void fill(const DownloadQueue::Task& task);

 private:
  /// What a request showed beside how it ended.
  enum class Finding { kNothing, kOtherVersion, kNoRanges, kOutdated, kWriteFailed };

  HttpOutcome ask(const DownloadQueue::Task& task, bool by_link, const std::string& url, Finding& finding);
  Finding inspect(const DownloadQueue::Task& task, const HttpRequest& request, const HttpHead& head) const;
  /// What to do after a request that did not fill the segment; false: no more.
  bool go_on(const DownloadQueue::Task& task, bool by_link, const HttpOutcome& outcome, Retry& retry);

  HubAccess access_;
  const HubListing& listing_;
  DownloadOptions options_;
  DownloadQueue& queue_;
  HttpClient client_;
};

}  // namespace fovea
