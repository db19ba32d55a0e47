#pragma once

#include "core/api/engine.h"
#include "core/bench/answer_collector.h"
#include "core/bench/run_recorder.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace fovea::bench {

/// Requests that were sent and have not been taken back yet. One thread sends and takes; the engine's threads
/// bring what comes. Ended before it goes: what still runs is cancelled and waited for.
class InFlight {
 public:
  using Clock = RunRecorder::Clock;

  /// A request that ended.
  struct Ended {
    std::int64_t ticket = 0;  ///< as it was sent with
    CollectedAnswer answer;
    Clock::time_point sent;
    Clock::time_point ended;
  };

  explicit InFlight(Engine& engine);
  ~InFlight();
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

  /// A request that the engine refuses has ended at once, with the error.
  void send(GenerationRequest request, std::int64_t ticket);
  /// The next one that ended; nothing if there is none until then.
  std::optional<Ended> next(Clock::time_point until);
  /// Ends what runs; each still comes through next().
  void cancel();
  /// Sent, and not come through next() yet.
  std::size_t size() const { return size_; }

 private:
  struct Shared;

  Engine& engine_;
  std::shared_ptr<Shared> shared_;  ///< with the sinks, which may outlive this by a moment
  std::size_t size_ = 0;
};

/// What is known of a request that ended: a record of its times and its group.
RequestRecord record_of(const InFlight::Ended& ended, const RunRecorder& recorder, const std::string& group,
                        int run);

}  // namespace fovea::bench
