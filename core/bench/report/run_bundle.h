#pragma once

#include "core/api/error.h"
#include "core/bench/report/run_record.h"

#include <filesystem>

namespace fovea::bench {

/// A run on disk: a folder with requests.jsonl (a line a request, written when the request ends),
/// summary.json, and when the run is over report.md, requests.csv and report.html. A process that is killed
/// leaves the requests until then and a summary.json that says it isn't complete; read_bundle() makes the
/// figures from them. One thread at a time.
class RunBundle {
 public:
  /// Makes the folder and writes the summary of the run that begins. Errors: kInvalidArgument (something is
  /// in the folder), kDiskFull, kForbidden, kInternal.
  static Result<RunBundle> create(const std::filesystem::path& folder, const RunRecord& record);

  /// Goes on with a bundle: its requests.jsonl holds those of the record from now on, whole or as it was.
  /// Errors: kInvalidArgument (another process measures in it), write errors.
  static Result<RunBundle> reopen(const std::filesystem::path& folder, const RunRecord& record);

  RunBundle(RunBundle&& other) noexcept;
  RunBundle& operator=(RunBundle&& other) noexcept;
  RunBundle(const RunBundle&) = delete;
  RunBundle& operator=(const RunBundle&) = delete;
  ~RunBundle();

  /// One write(2) of a whole line: it is there even if the process is killed the moment after.
  Result<void> append(const RequestRecord& request);
  /// summary.json anew, whole or not at all.
  Result<void> write_summary(const RunRecord& record);
  /// The summary and the reports, of a record that is settled.
  Result<void> write_reports(const RunRecord& record);

  const std::filesystem::path& folder() const { return folder_; }

 private:
  RunBundle(std::filesystem::path folder, int requests) : folder_(std::move(folder)), requests_(requests) {}

  std::filesystem::path folder_;
  int requests_ = -1;  ///< descriptor of requests.jsonl
};

/// What a bundle's summary says: all but its requests and the figures made from them. Cheap enough to list
/// many. Errors: as read_bundle's.
Result<RunRecord> read_bundle_head(const std::filesystem::path& folder);

/// Reads a bundle, settled. A last line that was cut off is left out. Errors: kNotFound, kInvalidArgument
/// (not a bundle, damaged), kTooLarge (a file over 1 GB).
Result<RunRecord> read_bundle(const std::filesystem::path& folder);

/// Makes the figures, conclusions and reports of a bundle anew from its requests, which are left as they are:
/// a run may still be adding to them. The record that the reports show.
/// Errors: read_bundle's, and write errors.
Result<RunRecord> rebuild_reports(const std::filesystem::path& folder);

}  // namespace fovea::bench
