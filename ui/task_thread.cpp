#include "ui/task_thread.h"

#include <utility>

namespace fovea::ui {

TaskThread::TaskThread() : thread_([this] { run(); }) {}

TaskThread::~TaskThread() {
  clear();
  finish();
}

void TaskThread::post(Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (closing_) return;
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
}

void TaskThread::clear() {
  std::deque<Task> dropped;  // goes after the lock: a task may own much
  const std::lock_guard lock(mutex_);
  dropped.swap(tasks_);
}

void TaskThread::finish() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void TaskThread::run() {
  for (;;) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return closing_ || !tasks_.empty(); });
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    task();
  }
}

}  // namespace fovea::ui
