#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace fovea::ui {

/// One thread that does tasks in the order in which they were given. Any thread may post. The destructor
/// waits for the task that runs and drops the others, unless finish() was called before.
class TaskThread {
 public:
  using Task = std::function<void()>;

  TaskThread();
  ~TaskThread();
  TaskThread(const TaskThread&) = delete;
  TaskThread& operator=(const TaskThread&) = delete;

  void post(Task task);
  /// Drops what has not begun.
  void clear();
  /// Does what was posted, then ends the thread. Later posts are ignored.
  void finish();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace fovea::ui
