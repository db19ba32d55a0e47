#include "core/engine/answer.h"

#include "core/engine/sequence.h"
#include "core/output/reasoning_splitter.h"

#include <utility>

namespace fovea {

Answer::Answer(const AnswerSettings& settings, TokenText tokens, const ResolvedSampling& sampling,
               std::span<const std::int32_t> prompt, std::size_t vocabulary, std::int64_t drafts)
    : bytes_of_(tokens.bytes_of),
      stream_(settings, std::move(tokens)),
      sampler_(sampling, prompt, vocabulary),
      room_(settings.max_new_tokens) {
  const bool chance = sampling.mode == ResolvedSampling::Mode::kSample && sampling.top_k != 1;
  if (drafts > 0 && !chance) {
    drafter_.emplace(prompt, static_cast<std::size_t>(drafts));
  }
}

Result<std::unique_ptr<Answer>> Answer::begin(const Sequence& sequence, const ModelRunner& runner,
                                              std::int64_t room, std::int64_t drafts) {
  const GenerationConfig& config = runner.generation_config();
  const auto sampling = resolve(sequence.request.sampling, config.sampling);
  if (!sampling) return sampling.error();
  AnswerSettings settings;
  settings.eos_ids = config.eos_ids;
  settings.stop = sequence.request.stop;
  settings.max_new_tokens = static_cast<int>(room);
  settings.ignore_eos = sequence.request.ignore_eos;
  settings.begins_inside_reasoning = prompt_opens_reasoning(sequence.prepared->shown_prompt);
  return std::unique_ptr<Answer>(new Answer(settings, runner.token_text(), *sampling,
                                            sequence.prepared->prompt_ids, runner.vocabulary(), drafts));
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
  const auto choice = sampler_.next(logits);
  if (!choice) return choice.error();
  sequence.ids.push_back(choice->id);
  sequence.keys.push_back(static_cast<std::uint32_t>(choice->id));
  if (drafter_) drafter_->append(choice->id);
  sequence.clock.mark(sequence.metrics.token_times.empty() ? Stage::kFirstToken : Stage::kDecode);
  const AnswerStream::Step& step = stream_.push(choice->id);
  send(sequence, step, *choice);
  sequence.metrics.completion_tokens = stream_.tokens();
  sequence.metrics.reasoning_tokens = stream_.reasoning_tokens();
  sequence.clock.mark(Stage::kDetokenize);
  return step.finish;
}

}  // namespace fovea
