#include "core/hub/pull/download_queue.h"

#include <algorithm>

namespace fovea {
namespace {

constexpr auto kLookAgain = std::chrono::milliseconds(100);
constexpr auto kAskForLockAgain = std::chrono::milliseconds(200);
constexpr int kMostRestarts = 2;

}  // namespace

DownloadQueue::DownloadQueue(std::vector<DownloadItem> items, const DownloadOptions& options)
    : options_(options) {
  // The small ones first: they tell early whether the hub gives anything at all.
  std::stable_sort(items.begin(), items.end(),
                   [](const DownloadItem& a, const DownloadItem& b) { return a.file.bytes < b.file.bytes; });
  for (DownloadItem& item : items) {
    bytes_total_ += item.file.bytes;
    auto job = std::make_unique<Job>();
    job->item = std::move(item);
    jobs_.push_back(std::move(job));
  }
}

DownloadQueue::Task DownloadQueue::next() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (stopped_) return {};
    bool all_done = true;
    for (const auto& job : jobs_) {
      Task task;
      if (take(*job, task)) return task;
      if (stopped_) return {};
      all_done = all_done && job->state == Job::State::kDone;
    }
    if (all_done) {
      changed_.notify_all();
      return {};
    }
    changed_.wait_for(lock, kLookAgain);
  }
}

/// What can be done for `job` now, if anything. The queue is locked.
bool DownloadQueue::take(Job& job, Task& task) {
  task.job = &job;
  if (job.state == Job::State::kNew) {
    if (std::chrono::steady_clock::now() < job.not_before) return false;
    job.state = Job::State::kStarting;
    task.kind = Task::Kind::kStart;
    return true;
  }
  if (job.state != Job::State::kOpen) return false;
  if (job.restart_wanted && (job.running > 0 || !begin_again(job))) return false;
  const auto& segments = job.part->segments();
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (job.taken[i] || segments[i].complete()) continue;
    job.taken[i] = true;
    ++job.running;
    task = {Task::Kind::kSegment, &job, i, job.version};
    return true;
  }
  if (job.running > 0) return false;
  job.state = Job::State::kChecking;
  task.kind = Task::Kind::kCheck;
  return true;
}

/// Forgets what came of a file on which nobody works. False if that fails. The queue is locked.
bool DownloadQueue::begin_again(Job& job) {
  job.restart_wanted = false;
  count(-static_cast<std::int64_t>(job.part->done()));
  Result<void> done = job.part->reset();
  if (done && job.one_stream && job.part->segments().size() > 1) {
    Result<PartFile> whole = PartFile::open(job.item.part, job.item.file.bytes, job.item.file.bytes);
    if (whole) {
      job.part = std::move(*whole);
      job.taken.assign(job.part->segments().size(), false);
      count(static_cast<std::int64_t>(job.part->done()));
    } else {
      done = whole.error();
    }
  }
  if (done) return true;
  if (!error_) error_ = done.error();
  stopped_ = true;
  changed_.notify_all();
  return false;
}

void DownloadQueue::finish(Job& job) {
  job.state = Job::State::kDone;
  job.part.reset();
  job.lock.reset();
  changed_.notify_all();
}

void DownloadQueue::started_whole(Job& job) {
  const std::lock_guard lock(mutex_);
  count(static_cast<std::int64_t>(job.item.file.bytes));
  finish(job);
}

void DownloadQueue::started_locked(Job& job) {
  const std::lock_guard lock(mutex_);
  job.state = Job::State::kNew;
  job.waits_for_lock = true;
  job.not_before = std::chrono::steady_clock::now() + kAskForLockAgain;
}

void DownloadQueue::started(Job& job, FileLock file_lock, PartFile part) {
  const std::lock_guard lock(mutex_);
  job.waits_for_lock = false;
  job.lock = std::move(file_lock);
  job.part = std::move(part);
  job.taken.assign(job.part->segments().size(), false);
  job.state = Job::State::kOpen;
  count(static_cast<std::int64_t>(job.part->done()));
  changed_.notify_all();
}

void DownloadQueue::filled(Job& job, std::size_t segment) {
  const std::lock_guard lock(mutex_);
  --job.running;
  if (segment < job.taken.size()) job.taken[segment] = false;
  changed_.notify_all();
}

void DownloadQueue::checked(Job& job) {
  const std::lock_guard lock(mutex_);
  finish(job);
}

void DownloadQueue::refused(Job& job, const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    job.state = Job::State::kOpen;
  }
  restart(job, error);
}

void DownloadQueue::restart(Job& job, const Error& error, bool one_stream) {
  const std::lock_guard lock(mutex_);
  if (job.restart_wanted) return;  // several fillers saw the same
  if (++job.restarts > kMostRestarts) {
    if (!error_) error_ = error;
    stopped_ = true;
  }
  ++job.version;
  job.restart_wanted = true;
  job.one_stream = job.one_stream || one_stream;
  job.link.clear();
  changed_.notify_all();
}

bool DownloadQueue::same_version(Job& job, const std::string& validator) {
  const std::lock_guard lock(mutex_);
  if (job.part->validator() == validator || validator.empty()) return true;
  if (!job.part->validator().empty()) return false;
  const Result<void> kept = job.part->set_validator(validator);
  return kept.has_value() || kept.error().code == ErrorCode::kDiskFull;  // the next write says so
}

std::string DownloadQueue::link(Job& job) {
  const std::lock_guard lock(mutex_);
  return job.link;
}

void DownloadQueue::set_link(Job& job, std::string link) {
  const std::lock_guard lock(mutex_);
  job.link = std::move(link);
}

bool DownloadQueue::wait(const RetryPause& pause) {
  std::unique_lock lock(mutex_);
  pause_ = pause;
  ++pausing_;
  changed_.wait_for(lock, std::chrono::duration<double>(pause.seconds), [this] { return stopped_.load(); });
  if (--pausing_ == 0) pause_.reset();
  return !stopped_;
}

void DownloadQueue::fail(Error error) {
  const std::lock_guard lock(mutex_);
  if (!error_) error_ = std::move(error);
  stopped_ = true;
  changed_.notify_all();
}

std::optional<Error> DownloadQueue::error() {
  const std::lock_guard lock(mutex_);
  return error_;
}

DownloadProgress DownloadQueue::progress() {
  const std::lock_guard lock(mutex_);
  DownloadProgress progress;
  progress.bytes_total = bytes_total_;
  progress.bytes_done = static_cast<std::uint64_t>(std::max<std::int64_t>(0, bytes_done_.load()));
  progress.files_total = static_cast<int>(jobs_.size());
  progress.pause = pause_;
  bool fetching = false;
  bool checking = false;
  bool waiting = false;
  for (const auto& job : jobs_) {
    progress.files_done += job->state == Job::State::kDone ? 1 : 0;
    checking = checking || job->state == Job::State::kChecking;
    waiting = waiting || job->waits_for_lock;
    fetching = fetching || job->running > 0 || (job->state == Job::State::kNew && !job->waits_for_lock);
  }
  if (!fetching && (checking || waiting))
    progress.stage = checking ? DownloadProgress::Stage::kChecking : DownloadProgress::Stage::kWaiting;
  return progress;
}

}  // namespace fovea
