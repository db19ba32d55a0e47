#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace fovea::server {

/// Threads that do what would keep the I/O thread from others: bodies are parsed and pictures decoded from
/// Base64 there. Any thread may add. The destructor does what was added, then ends.
class WorkQueue {
 public:
  WorkQueue(std::size_t threads, std::size_t most_waiting);
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  /// False, and nothing happens, if `most_waiting` are waiting already. `work` must not throw.
  bool add(std::function<void()> work);

 private:
  void run();

  const std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace fovea::server
