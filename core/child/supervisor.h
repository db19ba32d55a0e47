#pragma once

#include "core/child/call_table.h"
#include "core/child/channel.h"
#include "core/child/child_engine.h"
#include "core/child/frame.h"
#include "core/child/request_table.h"
#include "core/child/wire.h"

#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace fovea::child {

/// Keeps a child running: one thread starts it, reads what it says into the tables, notices that it died or
/// hangs, ends it, and starts the next after a pause, up to a limit.
class Supervisor {
 public:
  /// The tables live longer.
  Supervisor(EngineOptions engine, ChildOptions options, RequestTable& requests, CallTable& calls);
  /// Ends the child; every request has had its last event then.
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Starts the thread and returns when the first child is ready, or with what kept it from that. Once.
  Result<void> begin(const LoadObserver& observer);

  Channel& channel() { return channel_; }
  ModelInfo model() const;
  /// What the next child begins with.
  SchedulingOptions scheduling() const;
  void set_scheduling(const SchedulingOptions& options);
  /// After it was given up: try again.
  void restart();
  /// Tells the child what was cancelled. Any thread; never waits: what cannot be told now is told soon.
  void tell_cancels();

 private:
  void supervise();
  std::string run_child();
  std::string listen(int socket);
  bool hear(ToParent& word);
  bool hear_progress(const LoadProgress& progress);
  void hear_ready(ModelInfo& model);
  bool pause(double seconds);
  bool wait_for_restart();
  bool stopping() const;
  void tell(const EngineHealth& health) const;

  const ChildOptions options_;
  RequestTable& requests_;
  CallTable& calls_;
  Channel channel_;

  // The supervisor's thread's, but for what begin() sets before it runs.
  std::promise<Result<void>> loaded_;
  bool loading_first_ = true;  ///< begin() waits for loaded_
  LoadObserver observer_;
  std::optional<Error> load_error_;
  bool answered_ = false;  ///< this child ended a request

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  EngineOptions engine_;
  ModelInfo model_;
  bool stopping_ = false;
  bool given_up_ = false;
  std::vector<std::uint64_t> cancels_;  ///< that are still to be told
  std::thread thread_;
};

}  // namespace fovea::child
