#include "core/engine/sequence.h"

#include "core/device/process_memory.h"

#include <exception>

namespace fovea {

Sequence::Sequence(RequestId request_id, GenerationRequest asked, EventSink events,
                   std::shared_ptr<const JsonGrammar> schema)
    : request(std::move(asked)), sink(std::move(events)), grammar(std::move(schema)) {
  id = request_id;
  priority = request.priority;
  client = request.client;
}

void Sequence::send_rest() {
  try {
    if (answer) answer->flush(*this);
  } catch (const std::exception&) {
    // Out of memory: the last event still comes.
  }
}

void Sequence::close() {
  metrics.stages = clock.times();
  metrics.total_seconds = clock.at_last_mark();
  metrics.peak_memory_bytes = process_memory().peak;
  metrics.prefix_reused = prefix_reused;
  metrics.preemptions = preemptions;
  prepared.reset();
}

void Sequence::finish(FinishReason reason) {
  if (reason == FinishReason::kCancelled) send_rest();
  close();
  emit(Finished{reason, answer ? std::string(answer->stop_string()) : "", std::move(metrics)});
}

void Sequence::fail(Error error) {
  if (error.code == ErrorCode::kCancelled) return finish(FinishReason::kCancelled);
  send_rest();
  close();
  emit(Failed{std::move(error), std::move(metrics)});
}

}  // namespace fovea
