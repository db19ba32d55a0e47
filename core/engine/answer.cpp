#include "core/engine/answer.h"

#include "core/engine/sequence.h"
#include "core/output/reasoning_splitter.h"

#include <string>
#include <utility>
#include <variant>

namespace fovea {
namespace {

std::string text_of(const Message& message) {
  std::string text;
  for (const ContentPart& part : message.content) {
    if (const auto* piece = std::get_if<TextPart>(&part)) text += piece->text;
  }
  return text;
}

}  // namespace

Answer::Answer(const AnswerSettings& settings, TokenText tokens, const ResolvedSampling& sampling,
               std::span<const std::int32_t> prompt, std::size_t vocabulary, const Limits& limits)
    : bytes_of_(tokens.bytes_of),
      stream_(settings, std::move(tokens)),
      sampler_(sampling, prompt, vocabulary),
      room_(settings.max_new_tokens) {
  const bool chance = sampling.mode == ResolvedSampling::Mode::kSample && sampling.top_k != 1;
  if (limits.drafts > 0 && !chance) {
    drafter_.emplace(prompt, static_cast<std::size_t>(limits.drafts));
  }
}

Result<std::unique_ptr<Answer>> Answer::begin(const Sequence& sequence, const ModelRunner& runner,
                                              const Limits& limits,
                                              const std::shared_ptr<const TokenBytes>& tokens) {
  const GenerationConfig& config = runner.generation_config();
  const auto sampling = resolve(sequence.request.sampling, config.sampling);
  if (!sampling) return sampling.error();
  AnswerSettings settings;
  settings.eos_ids = config.eos_ids;
  settings.stop = sequence.request.stop;
  settings.max_new_tokens = static_cast<int>(limits.room);
  settings.ignore_eos = sequence.request.ignore_eos;
  settings.begins_inside_reasoning =
      sequence.request.continue_answer && !sequence.request.messages.back().reasoning.empty()
          ? text_of(sequence.request.messages.back()).empty()
          : prompt_opens_reasoning(sequence.prepared->shown_prompt);
  std::unique_ptr<Answer> answer(new Answer(settings, runner.token_text(), *sampling,
                                            sequence.prepared->prompt_ids, runner.vocabulary(), limits));
  if (sequence.schema) {
    const Result<void> bound = answer->constrain(sequence, runner, tokens);
    if (!bound) return bound.error();
  }
  return answer;
}

Result<void> Answer::constrain(const Sequence& sequence, const ModelRunner& runner,
                               const std::shared_ptr<const TokenBytes>& tokens) {
  const GenerationRequest& request = sequence.request;
  AnswerConstraint::Settings settings;
  settings.masks = sequence.schema->masks(tokens);
  settings.eos_ids = runner.generation_config().eos_ids;
  settings.begins_inside_reasoning = stream_.inside_reasoning();
  settings.may_reason =
      runner.info().reasons && request.thinking != Thinking::kOff && !request.continue_answer;
  constraint_.emplace(std::move(settings));
  if (!request.continue_answer) return {};
  if (constraint_->begin_with(text_of(request.messages.back()))) return {};
  return Error{ErrorCode::kInvalidArgument, "The answer to continue does not keep to the schema.",
               "Ask anew, or leave the schema out.", "response_schema"};
}

void Answer::send(Sequence& sequence, const AnswerStream::Step& step, const Sampler::Choice& choice) {
  const double time = sequence.clock.at_last_mark();
  TextDelta delta;
  if (!step.text.reasoning.empty() && !step.text.answer.empty()) {
    sequence.emit(TextDelta{step.text.reasoning, true, {}, {}, {}});
  }
  // Ids and times go with the last piece.
  delta.reasoning = !step.text.reasoning.empty() && step.text.answer.empty();
  delta.text = delta.reasoning ? step.text.reasoning : step.text.answer;
  delta.ids.push_back(choice.id);
  delta.times.push_back(time);
  if (choice.logprob) {
    TokenLogprob logprob = *choice.logprob;
    logprob.bytes = bytes_of_(logprob.id);
    for (LikelyToken& token : logprob.top) token.bytes = bytes_of_(token.id);
    delta.logprobs.push_back(std::move(logprob));
  }
  sequence.metrics.token_times.push_back(time);
  sequence.emit(std::move(delta));
}

std::span<const std::int32_t> Answer::draft() {
  // The last token that there is room for is chosen beside the guess before it.
  const std::int64_t room = room_ - stream_.tokens() - 1;
  if (!drafter_ || room <= 0) return {};
  return drafter_->draft(static_cast<std::size_t>(room));
}

void Answer::flush(Sequence& sequence) {
  const AnswerStream::Step& step = stream_.flush();
  if (!step.text.reasoning.empty()) sequence.emit(TextDelta{step.text.reasoning, true, {}, {}, {}});
  if (!step.text.answer.empty()) sequence.emit(TextDelta{step.text.answer, false, {}, {}, {}});
}

Result<std::optional<FinishReason>> Answer::advance(Sequence& sequence, std::span<float> logits) {
  const auto choice = sampler_.next(logits, constraint_ ? constraint_->allowed() : nullptr);
  if (!choice) return choice.error();
  const bool whole = constraint_ && constraint_->push(choice->id);
  sequence.ids.push_back(choice->id);
  sequence.keys.push_back(static_cast<std::uint32_t>(choice->id));
  if (drafter_) drafter_->append(choice->id);
  sequence.clock.mark(sequence.metrics.token_times.empty() ? Stage::kFirstToken : Stage::kDecode);
  const AnswerStream::Step& step = stream_.push(choice->id, whole);
  send(sequence, step, *choice);
  sequence.metrics.completion_tokens = stream_.tokens();
  sequence.metrics.reasoning_tokens = stream_.reasoning_tokens();
  sequence.clock.mark(Stage::kDetokenize);
  if (constraint_ && !constraint_->settle(stream_.inside_reasoning(), step.text.answer)) {
    return Error{ErrorCode::kModelError,
                 "The model's reasoning ran into its answer, which has to keep to a schema.",
                 "Ask without reasoning, or without the schema.", ""};
  }
  return step.finish;
}

}  // namespace fovea
