#pragma once

#include "app/server/answering/generation.h"
#include "app/server/observing/hardware_sampler.h"
#include "app/server/observing/histogram.h"
#include "app/server/observing/refusal.h"
#include "core/api/metrics.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace fovea::server {

/// What the server counts. Any thread may call it; costs a lock.
class ServerMetrics {
 public:
  ServerMetrics();

  void request_began();
  /// A call's end: its route and its HTTP status.
  void request_ended(const std::string& route, int status);
  /// The whole time of a call that was a question; others take next to none, and would hide its times.
  void question_took(double seconds);
  void refused(Refusal why);
  void answer_ended(const CollectedAnswer& answer);

  /// The text of GET /metrics. `connections`: open ones now.
  std::string text(const EngineMetrics& engine, const HardwareUse& hardware, std::size_t connections,
                   bool ready) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
  std::map<Refusal, std::uint64_t> refusals_;
  std::int64_t in_flight_ = 0;
  std::uint64_t prompt_tokens_ = 0;
  std::uint64_t completion_tokens_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t cancelled_ = 0;
  Histogram latency_;
  Histogram ttft_;
  Histogram tpot_;
  Histogram queue_;
};

}  // namespace fovea::server
