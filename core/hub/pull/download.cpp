#include "core/hub/pull/download.h"

#include "core/hub/pull/segment_filler.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <deque>
#include <new>
#include <thread>

#include <unistd.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kTriesToStart = 50;

/// The folders of a file in the making.
std::error_code make_folders(const DownloadItem& item) {
  std::error_code error;
  for (const fs::path& folder : {item.target.parent_path(), item.part.parent_path()}) {
    fs::create_directories(folder, error);
    if (error) break;
  }
  return error;
}

bool folder_is_gone(const DownloadItem& item) {
  std::error_code ignored;
  return !fs::is_directory(item.part.parent_path(), ignored);
}

void start(DownloadQueue& queue, DownloadQueue::Job& job, const DownloadOptions& options,
           const HasFile& has) {
  DownloadItem& item = job.item;
  // Another process that is done takes the empty folders away, perhaps between two of these steps; what it
  // left is found the next time.
  for (int tries = kTriesToStart;; --tries) {
    const std::error_code error = make_folders(item);
    const bool went = error == std::errc::file_exists || error == std::errc::no_such_file_or_directory;
    if (error && (!went || tries == 0)) return queue.fail(write_error(error.value()));
    if (error) continue;
    std::optional<FileLock> lock = FileLock::try_lock(item.lock);
    if (!lock) return queue.started_locked(job);
    if (!lock->locks() && tries > 0 && folder_is_gone(item)) continue;
    if (has(item.file)) return queue.started_whole(job);
    // Without locks two processes may fetch the same: each into a file of its own then.
    fs::path own = item.part;
    if (!lock->locks()) own += "." + std::to_string(getpid());
    Result<PartFile> part = PartFile::open(own, item.file.bytes, options.segment_bytes);
    if (!part && tries > 0 && folder_is_gone(item)) continue;
    if (!part) return queue.fail(part.error());
    item.part = own;
    return queue.started(job, std::move(*lock), std::move(*part));
  }
}

void check(DownloadQueue& queue, DownloadQueue::Job& job) {
  const DownloadItem& item = job.item;
  const Result<Digest> digest = digest_file(item.part, item.file.path, item.file.digest.kind, item.file.bytes,
                                            [&queue](std::uint64_t) { return !queue.stop_flag(); });
  if (!digest) return queue.fail(digest.error());
  if (*digest != item.file.digest) {
    return queue.refused(job, {ErrorCode::kDamagedModel,
                               item.file.path + " is not what the hub lists: its digest is wrong.",
                               "Start it again later. If it stays so, the hub's copy is damaged.",
                               {}});
  }
  if (Result<void> finished = job.part->finish(); !finished) return queue.fail(finished.error());
  if (std::rename(item.part.c_str(), item.target.c_str()) != 0) return queue.fail(write_error(errno));
  sync_folder(item.target.parent_path());
  queue.checked(job);
}

void work(const HubAccess& access, const HubListing& listing, const DownloadOptions& options,
          const HasFile& has, DownloadQueue& queue) {
  try {
    SegmentFiller filler(access, listing, options, queue);
    while (true) {
      const DownloadQueue::Task task = queue.next();
      switch (task.kind) {
        case DownloadQueue::Task::Kind::kStart:
          start(queue, *task.job, options, has);
          break;
        case DownloadQueue::Task::Kind::kSegment:
          filler.fill(task);
          queue.filled(*task.job, task.segment);
          break;
        case DownloadQueue::Task::Kind::kCheck:
          check(queue, *task.job);
          break;
        case DownloadQueue::Task::Kind::kEnd:
          return;
      }
    }
  } catch (const std::bad_alloc&) {
    queue.fail({ErrorCode::kOutOfMemory, "There is not enough memory to go on.", {}, {}});
  } catch (const std::exception&) {
    queue.fail({ErrorCode::kInternal, "Something went wrong inside the program.", "Please report it.", {}});
  }
}

/// Bytes a second over the last few seconds.
class RateMeter {
 public:
  double add(std::uint64_t bytes) {
    const Clock::time_point now = Clock::now();
    constexpr auto kWindow = std::chrono::seconds(8);
    if (!samples_.empty() && bytes < samples_.back().bytes) samples_.clear();  // a file was begun again
    samples_.push_back({now, bytes});
    while (samples_.size() > 2 && now - samples_.front().when > kWindow) samples_.pop_front();
    const std::chrono::duration<double> seconds = now - samples_.front().when;
    return seconds.count() < 0.2 ? 0.0
                                 : static_cast<double>(bytes - samples_.front().bytes) / seconds.count();
  }

 private:
  struct Sample {
    Clock::time_point when;
    std::uint64_t bytes;
  };
  std::deque<Sample> samples_;
};

}  // namespace

Result<void> download(const HubAccess& access, const HubListing& listing, std::vector<DownloadItem> items,
                      const DownloadOptions& options, const HasFile& has, const DownloadObserver& observer) {
  DownloadQueue queue(std::move(items), options);
  std::atomic<int> alive = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < std::max(1, options.connections); ++i) {
    try {
      ++alive;
      threads.emplace_back([&] {
        work(access, listing, options, has, queue);
        --alive;
      });
    } catch (const std::system_error&) {  // as many as the system gives
      --alive;
      if (threads.empty())
        return Error{
            ErrorCode::kOutOfMemory, "The system gives no more threads.", "Close other programs.", {}};
      break;
    }
  }
  RateMeter meter;
  while (alive > 0) {
    DownloadProgress progress = queue.progress();
    progress.bytes_per_second = meter.add(progress.bytes_done);
    if (progress.bytes_per_second > 0.0 && progress.bytes_total >= progress.bytes_done) {
      progress.seconds_left =
          static_cast<double>(progress.bytes_total - progress.bytes_done) / progress.bytes_per_second;
    }
    if (observer && !observer(progress)) queue.stop();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  for (std::thread& thread : threads) thread.join();
  if (std::optional<Error> error = queue.error()) return *error;
  return {};
}

}  // namespace fovea
