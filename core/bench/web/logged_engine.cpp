#include "core/bench/web/logged_engine.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

namespace fovea::bench {
namespace {

constexpr std::size_t kMostEntries = 1024;  // answers that nobody took: of callers that went away
constexpr double kSame = 1e-10;             // seconds; more than a double loses on its way through JSON

}  // namespace

std::optional<LoggedEngine::Entry> LoggedEngine::take(double ttft_seconds, double tpot_seconds) {
  const std::lock_guard lock(log_->mutex);
  std::deque<Entry>& entries = log_->entries;
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
    return std::abs(entry.metrics.ttft() - ttft_seconds) < kSame &&
           std::abs(entry.metrics.tpot() - tpot_seconds) < kSame;
  });
  if (found == entries.end()) return std::nullopt;
  Entry entry = std::move(*found);
  entries.erase(found);
  return entry;
}

Result<RequestId> LoggedEngine::submit(GenerationRequest request, EventSink sink) {
  request.sampling = SamplingParams();
  request.sampling.temperature = 0.0;
  request.max_new_tokens = new_tokens_;
  const Clock::time_point submitted = Clock::now();
  return engine_.submit(std::move(request),
                        [log = log_, submitted, sink = std::move(sink)](GenerationEvent event) {
                          if (const auto* finished = std::get_if<Finished>(&event.what)) {
                            const std::lock_guard lock(log->mutex);
                            log->entries.push_back({submitted, finished->metrics});
                            if (log->entries.size() > kMostEntries) log->entries.pop_front();
                          }
                          sink(std::move(event));
                        });
}

}  // namespace fovea::bench
