#pragma once

#include "core/hub/pull/download.h"
#include "core/hub/pull/file_lock.h"
#include "core/hub/pull/part_file.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

namespace fovea {

/// The files of one download, and who works on what. Every function may be called by any thread.
class DownloadQueue {
 public:
  /// One file. Fields are guarded by the queue, except where said.
  struct Job {
    enum class State { kNew, kStarting, kOpen, kChecking, kDone };

    DownloadItem item;
    State state = State::kNew;
    bool waits_for_lock = false;
    std::chrono::steady_clock::time_point not_before{};
    std::optional<FileLock> lock;
    /// While open each segment is filled by the thread that has taken it; the rest is guarded.
    std::optional<PartFile> part;
    std::vector<bool> taken;  ///< by segment
    int running = 0;          ///< segments being filled
    bool one_stream = false;  ///< the server knows no ranges
    int restarts = 0;
    std::atomic<int> version = 0;  ///< counts restarts; a filler that sees another number than its own ends
    bool restart_wanted = false;
    std::string link;  ///< where the hub's redirect led; empty: ask the hub
  };

  struct Task {
    enum class Kind {
      kStart,    ///< take the lock, open the part
      kSegment,  ///< fill one
      kCheck,    ///< compare the digest, move to the target
      kEnd,      ///< nothing is left, or all is stopped
    };
    Kind kind = Kind::kEnd;
    Job* job = nullptr;
    std::size_t segment = 0;
    int version = 0;
  };

  DownloadQueue(std::vector<DownloadItem> items, const DownloadOptions& options);

  /// The next thing to do; blocks until there is one.
  Task next();

  /// After kStart: the file is there already, another process has it, or `part` may be filled.
  void started_whole(Job& job);
  void started_locked(Job& job);
  void started(Job& job, FileLock lock, PartFile part);
  /// After kSegment, however it ended.
  void filled(Job& job, std::size_t segment);
  /// After kCheck: at its target; or not what the hub lists, to be begun again (an error after twice).
  void checked(Job& job);
  void refused(Job& job, const Error& error);

  /// The file is to be begun again, for `error`; twice at most. `one_stream`: because ranges are not to be
  /// had.
  void restart(Job& job, const Error& error, bool one_stream = false);

  /// The version of the file that the server names. False if it is another than before.
  bool same_version(Job& job, const std::string& validator);
  std::string link(Job& job);
  void set_link(Job& job, std::string link);

  /// Bytes came (or were given up again).
  void count(std::int64_t bytes) { bytes_done_.fetch_add(bytes, std::memory_order_relaxed); }

  /// Waits; false if all is stopped meanwhile.
  bool wait(const RetryPause& pause);

  /// The first error counts.
  void fail(Error error);
  void stop() { fail({ErrorCode::kCancelled, "Stopped.", {}, {}}); }
  const std::atomic<bool>& stop_flag() const { return stopped_; }
  std::optional<Error> error();

  DownloadProgress progress();

 private:
  bool take(Job& job, Task& task);
  bool begin_again(Job& job);
  void finish(Job& job);

  DownloadOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Job>> jobs_;
  std::uint64_t bytes_total_ = 0;
  std::atomic<std::int64_t> bytes_done_ = 0;
  std::atomic<bool> stopped_ = false;
  std::optional<Error> error_;
  std::optional<RetryPause> pause_;
  int pausing_ = 0;  ///< threads that wait
};

}  // namespace fovea
