#pragma once

#include "core/api/engine.h"
#include "core/engine/answer.h"
#include "core/engine/answer_cache.h"
#include "core/engine/model_runner.h"
#include "core/engine/scheduler.h"
#include "core/engine/stage_clock.h"
#include "core/output/structured/schema_cache.h"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace fovea {

/// A request on its way through the engine. `cancelled` may be set from any thread; what ScheduledRequest
/// holds is read and changed under the engine's mutex, except that the stepping thread appends `keys` and
/// sets `drafts` while the sequence runs; everything else belongs to the thread that holds the sequence
/// (submitter, preparer, then the stepping thread; while it waits, whoever takes it out of the queue).
struct Sequence : ScheduledRequest {
  /// `compiled`: the request's schema; null where it has none.
  Sequence(RequestId request_id, GenerationRequest asked, EventSink events,
           std::shared_ptr<CompiledSchema> compiled = nullptr);

  /// Hands an event to the sink. A sink that throws is taken to be gone: the request is cancelled.
  template <typename What>
  void emit(What what) {
    if constexpr (std::is_same_v<What, TextDelta>) record(what);
    try {
      sink(GenerationEvent{id, std::move(what)});
    } catch (...) {
      cancelled = true;
    }
  }

  /// The last event, with the metrics filled in: Finished, or Failed (Finished{kCancelled} for kCancelled).
  /// What was held back of the answer comes before it. The model's part of the request is let go.
  void finish(FinishReason reason);
  void fail(Error error);

  /// Tells an answer that was kept from an earlier request as this one's, up to and with Finished. Stops at a
  /// cancel between two pieces.
  void replay(const KeptAnswer& kept);

  /// From now on the answer's pieces go into `recorded` too, as long as they take at most `budget` bytes.
  void begin_record(std::string key, std::uint64_t budget);

  const GenerationRequest request;
  const EventSink sink;
  const std::shared_ptr<CompiledSchema> schema;
  std::atomic<bool> cancelled{false};
  StageClock clock;
  std::unique_ptr<PreparedRequest> prepared;
  std::unique_ptr<Answer> answer;
  std::vector<std::int32_t> ids;   ///< of the prompt, then the answer
  std::vector<std::int32_t> next;  ///< the last of `ids`, then `drafts` guesses of what follows; or empty
  std::int64_t progress_sent = 0;  ///< the most tokens of the prompt that PrefillProgress spoke of
  RequestMetrics metrics;
  std::shared_ptr<const KeptAnswer> kept;  ///< the answer is known; set by the preparer
  std::string answer_key;                  ///< of `recorded`
  std::optional<KeptAnswer> recorded;      ///< what was answered so far; nothing if it is not to be kept

 private:
  void record(const TextDelta& delta);
  void send_rest();
  void close();

  std::uint64_t record_budget_ = 0;
};

}  // namespace fovea
