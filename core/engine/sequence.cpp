#include "core/engine/sequence.h"

#include "core/device/process_memory.h"

#include <exception>

namespace fovea {

Sequence::Sequence(RequestId request_id, GenerationRequest asked, EventSink events,
                   std::shared_ptr<CompiledSchema> compiled)
    : request(std::move(asked)), sink(std::move(events)), schema(std::move(compiled)) {
  id = request_id;
  priority = request.priority;
  client = request.client;
}

void Sequence::begin_record(std::string key, std::uint64_t budget) {
  answer_key = std::move(key);
  record_budget_ = budget;
  recorded.emplace();
}

void Sequence::record(const TextDelta& delta) {
  if (!recorded) return;
  try {
    recorded->deltas.push_back(delta);
    recorded->deltas.back().times.clear();
    // Each piece is at least so large: what can't be kept in the end isn't gathered either.
    if (recorded->deltas.size() * sizeof(TextDelta) > record_budget_) recorded.reset();
  } catch (const std::exception&) {  // out of memory: the answer goes on, unrecorded
    recorded.reset();
  }
}

void Sequence::replay(const KeptAnswer& answer_before) {
  metrics.answer_cached = true;
  clock.mark(Stage::kFirstToken);
  for (TextDelta delta : answer_before.deltas) {
    if (cancelled) break;
    const double time = clock.at_last_mark();
    delta.times.assign(delta.ids.size(), time);
    metrics.token_times.insert(metrics.token_times.end(), delta.ids.size(), time);
    metrics.completion_tokens = std::ssize(metrics.token_times);
    emit(std::move(delta));
    clock.mark(Stage::kDetokenize);
  }
  if (cancelled) return finish(FinishReason::kCancelled);
  metrics.reasoning_tokens = answer_before.reasoning_tokens;
  close();
  emit(Finished{answer_before.reason, answer_before.stop_string, std::move(metrics)});
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
