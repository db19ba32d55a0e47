#pragma once

#include "core/bench/report/run_bundle.h"
#include "core/bench/report/run_record.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace fovea::bench {

/// How far a run has come.
struct RunProgress {
  std::string what;          ///< "4 at once"
  std::int64_t done = 0;     ///< requests
  std::int64_t all = 0;      ///< 0: not known
  double left_seconds = -1;  ///< until the run ends, estimated; below 0: not known yet
};
using RunObserver = std::function<void(const RunProgress&)>;

/// Keeps a run while it is measured: in memory, and in a bundle where one was asked for. One thread at a
/// time.
class RunRecorder {
 public:
  using Clock = std::chrono::steady_clock;

  /// The run begins now; `record` says what is known of it before.
  explicit RunRecorder(RunRecord record);

  /// Writes what comes from here on into a bundle. Errors: RunBundle::create's.
  Result<void> keep_in(const std::filesystem::path& folder);
  /// Goes on with a run that was cut: takes over the parts of it that are whole, and forgets what came after
  /// them. Its clock goes on where they ended. Errors: read_bundle's and RunBundle's; kInvalidArgument (the
  /// run is complete, of another kind, of another model).
  Result<void> go_on_in(const std::filesystem::path& folder);

  Clock::time_point begin() const { return begin_; }
  double now() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }
  RunRecord& record() { return record_; }
  const RunRecord& record() const { return record_; }

  /// A run consists of parts that follow each other: a group of one round, say. False: this one is whole
  /// from before the run was cut, and is not to be measured again.
  bool begin_part(const std::string& part) const;
  /// It was measured: a run that is cut from here on keeps it. Saves.
  void end_part(const std::string& part);

  /// A request that ended; it gets its number and a group if its own is new.
  void add(RequestRecord request);
  /// More values of figures that were sampled beside the requests of a group.
  void add_sampled(const std::string& group, const std::vector<RunFigure>& figures);
  /// After a group, so that what was sampled is kept even if the process is killed.
  void save();
  /// The run is over: settles the record and writes the reports.
  void finish(bool stopped);

  /// Why the bundle is not whole, if it isn't; the first error of writing.
  const std::optional<Error>& fault() const { return fault_; }

 private:
  void note(const Result<void>& written);
  void take_over(RunRecord before);

  RunRecord record_;
  Clock::time_point begin_ = Clock::now();
  std::optional<RunBundle> bundle_;
  std::optional<Error> fault_;
};

/// The time now in UTC: "2026-11-27T15:04:05Z".
std::string utc_time();

}  // namespace fovea::bench
