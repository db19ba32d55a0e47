// LocalEngine's first thread: makes requests ready, and ends those that wait in vain.
#include "core/engine/answer_key.h"
#include "core/engine/local_engine.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

namespace fovea {

void LocalEngine::prepare_loop() {
  for (;;) {
    try {
      return prepare_all();
    } catch (...) {
      // No request's own fault comes this far; the next round ends all that wait.
      fail_engine(
          {ErrorCode::kEngineFailed, "The engine failed.", "Load the model again, or report it.", ""});
    }
  }
}

void LocalEngine::prepare_all() {
  std::unique_lock lock(mutex_);
  for (;;) {
    Error why;
    if (Sequence* sequence = ended_waiting(why)) {
      const SequencePtr ended = forget(*sequence);
      if (why.code == ErrorCode::kBusy) ++refused_;
      lock.unlock();
      ended->clock.mark(Stage::kQueue);
      ended->fail(std::move(why));
      lock.lock();
    } else if (ScheduledRequest* next = scheduler_.next_to_prepare(now())) {
      lock.unlock();
      const Result<void> done = prepare(of(*next));
      lock.lock();
      if (done && of(*next).kept) {
        const SequencePtr ended = forget(of(*next));
        lock.unlock();
        ended->replay(*ended->kept);
        lock.lock();
      } else if (done) {
        scheduler_.prepared(*next, now());
        changed_.notify_all();
      } else {
        const SequencePtr ended = forget(of(*next));
        lock.unlock();
        ended->fail(done.error());
        lock.lock();
      }
    } else if (stopping_ && live_.size() == scheduler_.running().size()) {
      return;
    } else {
      wait_until(lock, next_deadline());
    }
  }
}

Sequence* LocalEngine::ended_waiting(Error& why) {
  const double time = now();
  for (ScheduledRequest* request : scheduler_.waiting()) {
    Sequence& sequence = of(*request);
    if (sequence.state == ScheduledRequest::State::kPreparing) continue;
    if (sequence.cancelled) {
      why = {ErrorCode::kCancelled, "Stopped.", "", ""};
      return &sequence;
    }
    if (failure_) {
      why = *failure_;
      return &sequence;
    }
    if (sequence.deadline <= time) {
      why = {ErrorCode::kBusy, "The question was not begun in the time that it was given: others came first.",
             "Ask again later, or with more time.", ""};
      return &sequence;
    }
  }
  return nullptr;
}

double LocalEngine::next_deadline() const {
  double next = kNever;
  for (const ScheduledRequest* request : scheduler_.waiting()) {
    // One that is being prepared is looked at afterwards, by this same thread.
    next = std::min(next, request->deadline);
  }
  return next;
}

Result<void> LocalEngine::prepare(Sequence& sequence) {
  sequence.clock.mark(Stage::kQueue);
  try {
    auto prepared =
        runner_->prepare(sequence.request, sequence.clock, [&] { return sequence.cancelled.load(); });
    if (!prepared) return std::move(prepared).error();
    if (auto room = check_room(**prepared); !room) return room;
    if (sequence.answer) return renew(sequence, std::move(prepared).value());
    sequence.prepared = std::move(prepared).value();
    sequence.ids = sequence.prepared->prompt_ids;
    sequence.keys = std::move(sequence.prepared->token_keys);
    sequence.prompt_tokens = std::ssize(sequence.ids);
    sequence.vision_end = sequence.prepared->vision_end;
    sequence.memory = sequence.prepared->memory;
    sequence.metrics.prompt_tokens = sequence.prompt_tokens;
    for (const VisionInput& input : sequence.prepared->seen) sequence.metrics.vision_tokens += input.tokens;
    sequence.emit(Preprocessed{sequence.prepared->seen, sequence.metrics.prompt_tokens});

    const auto room = room_for_answer(sequence.prompt_tokens);
    if (!room) return room.error();
    if (sequence.schema && !token_bytes_)
      token_bytes_ = token_bytes(runner_->token_text(), runner_->vocabulary());
    const Answer::Limits limits{std::min<std::int64_t>(*room, sequence.request.max_new_tokens),
                                draft_tokens_};
    auto answer = Answer::begin(sequence, *runner_, limits, token_bytes_);
    if (!answer) return std::move(answer).error();
    sequence.answer = std::move(answer).value();
    forecast(sequence, limits.room);
    return recall(sequence, *room);
  } catch (const std::bad_alloc&) {
    return Error{ErrorCode::kOutOfMemory, "There is not enough memory for these pictures.",
                 "Use smaller or fewer pictures.", ""};
  } catch (...) {
    return internal_error();
  }
}

void LocalEngine::forecast(Sequence& sequence, std::int64_t answer_tokens) {
  MemoryForecast memory = memory_forecast(*sequence.prepared, answer_tokens);
  memory.pictures = 0;  // it holds them already
  sequence.metrics.forecast_memory_bytes = memory.peak();
  const StageTimes& times = sequence.clock.times();
  sequence.metrics.forecast_ttft =
      ttft_forecast(*sequence.prepared, sequence.keys, times.total() - times[Stage::kQueue]).value_or(0.0);
}

/// Looks for the answer among those that are kept, or sees to it that it will be.
Result<void> LocalEngine::recall(Sequence& sequence, std::int64_t room) {
  if (answers_.budget() == 0) return {};
  const auto sampling = resolve(sequence.request.sampling, runner_->generation_config().sampling);
  if (!sampling) return sampling.error();
  std::optional<std::string> key =
      answer_key(sequence.request, *sampling, sequence.keys, sequence.prepared->shown_prompt, room);
  if (!key) return {};
  sequence.kept = answers_.find(*key);
  if (!sequence.kept) sequence.begin_record(*std::move(key), answers_.budget());
  return {};
}

/// After a preemption: the same prompt again, for its pictures.
Result<void> LocalEngine::renew(Sequence& sequence, std::unique_ptr<PreparedRequest> prepared) {
  if (prepared->prompt_ids != sequence.prepared->prompt_ids ||
      !std::equal(prepared->token_keys.begin(), prepared->token_keys.end(), sequence.keys.begin())) {
    return Error{ErrorCode::kInvalidVideo, "A clip's file was changed while the question waited.",
                 "Ask again.", "messages"};
  }
  sequence.prepared = std::move(prepared);
  return {};
}

Result<std::int64_t> LocalEngine::room_for_answer(std::int64_t prompt_tokens) const {
  const std::int64_t context = runner_->info().context_tokens;
  if (prompt_tokens >= context) {
    return Error{ErrorCode::kTooLong,
                 "The question is too long: " + std::to_string(prompt_tokens) +
                     " tokens, and the model reads at most " + std::to_string(context) + ".",
                 "Use fewer or smaller pictures, or a shorter text.", "messages"};
  }
  const std::int64_t capacity = scheduler_.capacity_tokens();
  if (prompt_tokens >= capacity) {
    return Error{
        ErrorCode::kOutOfMemory,
        "The question is " + std::to_string(prompt_tokens) +
            " tokens long, and the memory for keys and values holds " + std::to_string(capacity) + ".",
        "Use fewer or smaller pictures, a shorter text, or give the engine more memory.", "messages"};
  }
  return std::min(context, capacity) - prompt_tokens;
}

}  // namespace fovea
