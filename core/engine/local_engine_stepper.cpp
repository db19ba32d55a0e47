// LocalEngine's second thread: step after step, what the scheduler plans.
#include "core/engine/local_engine.h"

#include <exception>
#include <new>
#include <optional>
#include <span>
#include <utility>

namespace fovea {

void LocalEngine::step_loop() {
  for (;;) {
    try {
      while (step()) {
      }
      return;
    } catch (const std::bad_alloc&) {
      fail_engine({ErrorCode::kEngineFailed, "The engine ran out of memory.", "Load the model again.", ""});
    } catch (...) {
      fail_engine(
          {ErrorCode::kEngineFailed, "The engine failed.", "Load the model again, or report it.", ""});
    }
  }
}

bool LocalEngine::step() {
  const StepPlan* plan = next_plan();
  if (plan == nullptr) return false;
  if (plan->vision != nullptr) look(of(*plan->vision));
  if (!plan->parts.empty()) read(*plan);
  return true;
}

const StepPlan* LocalEngine::next_plan() {
  std::unique_lock lock(mutex_);
  for (;;) {
    Error why;
    if (Sequence* sequence = ended_running(why)) {
      const SequencePtr ended = forget(*sequence, why.code == ErrorCode::kEngineFailed);
      lock.unlock();
      ended->clock.mark(Stage::kQueue);
      ended->fail(std::move(why));
      lock.lock();
      continue;
    }
    if (stopping_ || failure_) return nullptr;
    const StepPlan& plan = scheduler_.plan(now(), cached_bytes());
    for (ScheduledRequest* request : plan.begun) of(*request).clock.mark(Stage::kQueue);
    if (!plan.begun.empty()) changed_.notify_all();  // the preparer may go on
    if (plan.wants_caches) {
      lock.unlock();
      drop_caches();
      lock.lock();
      continue;
    }
    if (plan.unfit != nullptr) {
      const SequencePtr ended = forget(of(*plan.unfit));
      lock.unlock();
      ended->clock.mark(Stage::kQueue);
      ended->fail(out_of_memory_error());
      lock.lock();
      continue;
    }
    if (!plan.nothing()) return &plan;
    wait_until(lock, plan.wake);
  }
}

Sequence* LocalEngine::ended_running(Error& why) {
  for (ScheduledRequest* request : scheduler_.running()) {
    if (!of(*request).cancelled && !failure_) continue;
    why = of(*request).cancelled ? Error{ErrorCode::kCancelled, "Stopped.", "", ""} : *failure_;
    return &of(*request);
  }
  return nullptr;
}

void LocalEngine::look(Sequence& sequence) {
  const double begun = now();
  const Result<VisionProgress> progress = guarded_.encode_piece(*sequence.prepared, sequence.computed);
  const double seconds = now() - begun;
  sequence.clock.mark(Stage::kVision);
  for (ScheduledRequest* other : scheduler_.running()) of(*other).clock.mark(Stage::kQueue);
  if (!progress) {
    if (progress.error().code == ErrorCode::kEngineFailed) fail_engine(progress.error());
    return fail(sequence, progress.error());
  }
  {
    const std::lock_guard lock(mutex_);  // a forecast reads it meanwhile
    sequence.vision_pending = progress->done < progress->total;
  }
  calibration_.vision(progress->worked, seconds);
  if (sequence.metrics.token_times.empty() && progress->total > 0) {
    sequence.metrics.vision_reused = sequence.prepared->vision_reused;
    sequence.emit(PrefillProgress{Stage::kVision, progress->done, progress->total});
  }
}

void LocalEngine::read(const StepPlan& plan) {
  parts_.clear();
  for (const StepPlan::Part& part : plan.parts) {
    const Sequence& sequence = of(*part.request);
    std::span<const std::int32_t> ids(sequence.ids);
    ids = part.drafts > 0
              ? std::span(sequence.next).first(static_cast<std::size_t>(1 + part.drafts))
              : ids.subspan(static_cast<std::size_t>(part.begin), static_cast<std::size_t>(part.count));
    parts_.push_back({sequence.prepared.get(), part.begin, ids, sequence.table.blocks,
                      part.last ? 1 + part.drafts : 0, part.drafts});
  }
  const double begun = now();
  const std::span<Result<PartLogits>> logits = guarded_.step(parts_);
  std::int64_t rows = 0;
  for (const StepPart& part : parts_) rows += std::ssize(part.ids);
  calibration_.step(rows, now() - begun);
  {
    const std::lock_guard lock(mutex_);
    ++steps_;
    last_batch_ = std::ssize(plan.parts);
    for (std::size_t i = 0; i < logits.size(); ++i) {
      ScheduledRequest& request = *plan.parts[i].request;
      request.spent = of(request).prepared->spent;
      if (logits[i]) scheduler_.computed(plan.parts[i]);
    }
  }
  account(plan);
  for (std::size_t i = 0; i < logits.size(); ++i) deliver(plan.parts[i], std::move(logits[i]));
}

void LocalEngine::account(const StepPlan& plan) {
  for (const StepPlan::Part& part : plan.parts) {
    const Sequence& sequence = of(*part.request);
    const bool decodes = part.last && part.count == 1 && !sequence.metrics.token_times.empty();
    of(*part.request).clock.mark(decodes ? Stage::kDecode : Stage::kPrefill);
  }
  for (ScheduledRequest* request : scheduler_.running()) of(*request).clock.mark(Stage::kQueue);
}

void LocalEngine::deliver(const StepPlan::Part& part, Result<PartLogits> logits) {
  Sequence& sequence = of(*part.request);
  if (!logits) {
    if (logits.error().code == ErrorCode::kEngineFailed) fail_engine(logits.error());
    return fail(sequence, std::move(logits).error());
  }
  if (sequence.cancelled) return;  // ended before the next step
  Result<std::optional<FinishReason>> end = internal_error();
  try {
    end = advance(sequence, part, *logits);
  } catch (const std::bad_alloc&) {
    end = out_of_memory_error();
  } catch (...) {  // `end` says so
  }
  if (!end) return fail(sequence, std::move(end).error());
  if (!*end) return;
  remember(sequence, **end);
  std::unique_lock lock(mutex_);
  const SequencePtr ended = forget(sequence);
  lock.unlock();
  ended->finish(**end);
}

Result<std::optional<FinishReason>> LocalEngine::advance(Sequence& sequence, const StepPlan::Part& part,
                                                         PartLogits logits) {
  if (sequence.metrics.token_times.empty() && sequence.computed > sequence.progress_sent) {
    sequence.progress_sent = sequence.computed;
    sequence.emit(PrefillProgress{Stage::kPrefill, sequence.computed, sequence.prompt_tokens});
  }
  if (!part.last) return std::optional<FinishReason>();
  // Row after row, as long as each read the token that the row before it chose.
  const std::size_t row = runner_->vocabulary();
  const auto read = static_cast<std::int64_t>(logits.size() / row) - 1;
  std::int64_t accepted = 0;
  Result<std::optional<FinishReason>> end = sequence.answer->advance(sequence, logits.first(row));
  while (end && !*end && accepted < read && !sequence.cancelled) {
    if (sequence.ids.back() != sequence.next[static_cast<std::size_t>(accepted + 1)]) break;
    logits = logits.subspan(row);
    end = sequence.answer->advance(sequence, logits.first(row));
    if (!end) {  // what a guess makes of the numbers fails nobody: the next step reads that token alone
      end = std::optional<FinishReason>();
      break;
    }
    ++accepted;
  }
  if (end) settle_drafts(sequence, read, accepted);
  if (end && !*end) draft(sequence);
  return end;
}

void LocalEngine::remember(Sequence& sequence, FinishReason reason) {
  if (!sequence.recorded || reason == FinishReason::kCancelled || sequence.cancelled) return;
  try {
    KeptAnswer& answer = *sequence.recorded;
    answer.reason = reason;
    answer.stop_string = sequence.answer->stop_string();
    answer.completion_tokens = sequence.metrics.completion_tokens;
    answer.reasoning_tokens = sequence.metrics.reasoning_tokens;
    answers_.keep(std::move(sequence.answer_key), std::move(answer));
  } catch (const std::bad_alloc&) {  // it is answered again, then
    answers_.clear();
  }
  sequence.recorded.reset();
}

void LocalEngine::settle_drafts(Sequence& sequence, std::int64_t read, std::int64_t accepted) {
  sequence.metrics.draft_tokens += read;
  sequence.metrics.draft_accepted += accepted;
  if (accepted == 0) return;
  const std::lock_guard lock(mutex_);
  scheduler_.accepted(sequence, accepted);
}

void LocalEngine::draft(Sequence& sequence) {
  const std::span<const std::int32_t> guesses = sequence.answer->draft();
  sequence.drafts = std::ssize(guesses);
  sequence.next.clear();
  if (guesses.empty()) return;
  sequence.next.push_back(sequence.ids.back());
  sequence.next.insert(sequence.next.end(), guesses.begin(), guesses.end());
}

void LocalEngine::fail(Sequence& sequence, Error error) {
  std::unique_lock lock(mutex_);
  const SequencePtr ended = forget(sequence, true);
  lock.unlock();
  ended->fail(std::move(error));
}

void LocalEngine::fail_engine(Error error) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(error);
  changed_.notify_all();
}

}  // namespace fovea
