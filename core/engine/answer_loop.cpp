#include "core/engine/answer_loop.h"

#include "core/device/process_memory.h"
#include "core/output/answer_stream.h"
#include "core/output/reasoning_splitter.h"
#include "core/output/sampler.h"

#include <algorithm>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <utility>

namespace fovea {
namespace {

AnswerSettings answer_settings(const Sequence& sequence, const GenerationConfig& config,
                               std::int64_t new_tokens) {
  AnswerSettings settings;
  settings.eos_ids = config.eos_ids;
  settings.stop = sequence.request.stop;
  settings.max_new_tokens = static_cast<int>(new_tokens);
  settings.ignore_eos = sequence.request.ignore_eos;
  settings.begins_inside_reasoning = prompt_opens_reasoning(sequence.prepared->shown_prompt);
  return settings;
}

/// How many new tokens fit behind the prompt, or kTooLong.
Result<std::int64_t> room_for_answer(const Sequence& sequence, std::int64_t context) {
  const auto prompt = static_cast<std::int64_t>(sequence.prepared->prompt_ids.size());
  if (prompt >= context) {
    return Error{ErrorCode::kTooLong,
                 "The question is too long: " + std::to_string(prompt) +
                     " tokens, and the model reads at most " + std::to_string(context) + ".",
                 "Use fewer or smaller pictures, or a shorter text.", "messages"};
  }
  return std::min<std::int64_t>(sequence.request.max_new_tokens, context - prompt);
}

}  // namespace

/// What is made token by token.
struct AnswerLoop::Answer {
  Answer(const AnswerSettings& settings, TokenText tokens, const ResolvedSampling& sampling,
         std::span<const std::int32_t> prompt, std::size_t vocabulary)
      : stream(settings, std::move(tokens)), sampler(sampling, prompt, vocabulary) {}

  /// Sends what a token added. Ids and times go with the last piece.
  void send(Sequence& sequence, const AnswerStream::Step& step, const Sampler::Choice& choice) {
    const double time = sequence.clock.at_last_mark();
    TextDelta delta;
    if (!step.text.reasoning.empty() && !step.text.answer.empty()) {
      sequence.emit(TextDelta{step.text.reasoning, true, {}, {}, {}});
    }
    delta.reasoning = !step.text.reasoning.empty() && step.text.answer.empty();
    delta.text = delta.reasoning ? step.text.reasoning : step.text.answer;
    delta.ids.push_back(choice.id);
    delta.times.push_back(time);
    if (choice.logprob) delta.logprobs.push_back(*choice.logprob);
    sequence.metrics.token_times.push_back(time);
    sequence.emit(std::move(delta));
  }

  /// Sends what was held back when the answer is cut from outside.
  void flush(Sequence& sequence) {
    const AnswerStream::Step& step = stream.flush();
    if (!step.text.reasoning.empty()) sequence.emit(TextDelta{step.text.reasoning, true, {}, {}, {}});
    if (!step.text.answer.empty()) sequence.emit(TextDelta{step.text.answer, false, {}, {}, {}});
  }

  AnswerStream stream;
  Sampler sampler;
};

void finish_sequence(Sequence& sequence, FinishReason reason, std::string stop_string) {
  sequence.metrics.stages = sequence.clock.times();
  sequence.metrics.total_seconds = sequence.clock.at_last_mark();
  sequence.metrics.peak_memory_bytes = process_memory().peak;
  sequence.emit(Finished{reason, std::move(stop_string), sequence.metrics});
}

void fail_sequence(Sequence& sequence, Error error) {
  if (error.code == ErrorCode::kCancelled) return finish_sequence(sequence, FinishReason::kCancelled, "");
  sequence.metrics.stages = sequence.clock.times();
  sequence.metrics.total_seconds = sequence.clock.at_last_mark();
  sequence.metrics.peak_memory_bytes = process_memory().peak;
  sequence.emit(Failed{std::move(error), sequence.metrics});
}

Result<FinishReason> AnswerLoop::generate(Sequence& sequence, std::int64_t room, Answer& answer) {
  PreparedRequest& prepared = *sequence.prepared;
  auto logits = runner_.prefill(prepared, room, sequence.clock, [&](const PrefillProgress& progress) {
    sequence.emit(progress);
    return !sequence.cancelled.load(std::memory_order_relaxed);
  });
  sequence.metrics.vision_reused = prepared.vision_reused;
  for (bool first = true;; first = false) {
    if (!logits) return std::move(logits).error();
    if (sequence.cancelled.load(std::memory_order_relaxed)) {
      answer.flush(sequence);
      return FinishReason::kCancelled;
    }
    const auto choice = answer.sampler.next(*logits);
    if (!choice) {
      answer.flush(sequence);
      return choice.error();
    }
    sequence.clock.mark(first ? Stage::kFirstToken : Stage::kDecode);
    const AnswerStream::Step& step = answer.stream.push(choice->id);
    answer.send(sequence, step, *choice);
    sequence.metrics.completion_tokens = answer.stream.tokens();
    sequence.metrics.reasoning_tokens = answer.stream.reasoning_tokens();
    sequence.clock.mark(Stage::kDetokenize);
    if (step.finish) return *step.finish;
    logits = runner_.decode(prepared, choice->id);
  }
}

void AnswerLoop::run(Sequence& sequence) {
  std::optional<Answer> answer;
  try {
    const GenerationConfig& config = runner_.generation_config();
    const auto sampling = resolve(sequence.request.sampling, config.sampling);
    if (!sampling) return fail_sequence(sequence, sampling.error());
    const auto room = room_for_answer(sequence, runner_.info().context_tokens);
    if (!room) return fail_sequence(sequence, room.error());
    answer.emplace(answer_settings(sequence, config, *room), runner_.token_text(), *sampling,
                   sequence.prepared->prompt_ids, runner_.vocabulary());
    auto reason = generate(sequence, *room, *answer);
    sequence.prepared.reset();
    if (!reason) return fail_sequence(sequence, std::move(reason).error());
    finish_sequence(sequence, *reason, std::string(answer->stream.stop_string()));
  } catch (const std::bad_alloc&) {
    sequence.prepared.reset();
    fail_sequence(sequence, {ErrorCode::kOutOfMemory, "There is not enough memory for this question.",
                             "Use smaller pictures or a shorter text.", ""});
  } catch (const std::exception&) {
    sequence.prepared.reset();
    fail_sequence(sequence, {ErrorCode::kInternal, "The engine failed on this question.",
                             "Ask again, or report it.", ""});
  }
}

}  // namespace fovea
