#include "core/output/answer_stream.h"

#include <utility>

namespace fovea {

AnswerStream::AnswerStream(const AnswerSettings& settings, TokenText tokens)
    : criteria_(settings.eos_ids, settings.max_new_tokens, settings.ignore_eos),
      detokenizer_(std::move(tokens)),
      splitter_(settings.begins_inside_reasoning ? ReasoningSplitter::Begin::kInside
                                                 : ReasoningSplitter::Begin::kOutside),
      stop_strings_(settings.stop) {}

const AnswerStream::Step& AnswerStream::push(std::int32_t id, bool ends) {
  step_.text.reasoning.clear();
  step_.text.answer.clear();
  ++tokens_;
  const bool was_inside = splitter_.inside();
  const bool was_undecided = splitter_.undecided();

  decoded_.clear();
  if (!criteria_.is_eos(id)) detokenizer_.push(id, decoded_);
  split_.reasoning.clear();
  split_.answer.clear();
  splitter_.push(decoded_, split_);
  count_token(was_inside, was_undecided);
  pass_on();

  step_.finish = stop_strings_.found() ? FinishReason::kStopString
                 : ends                ? FinishReason::kEndOfText
                                       : criteria_.after(id, tokens_);
  if (step_.finish && !stop_strings_.found()) {
    drain();
    if (stop_strings_.found()) step_.finish = FinishReason::kStopString;
  }
  return step_;
}

const AnswerStream::Step& AnswerStream::flush() {
  step_.text.reasoning.clear();
  step_.text.answer.clear();
  step_.finish.reset();
  if (!stop_strings_.found()) drain();
  return step_;
}

/// A token belongs to the reasoning if it began or ended there; when an opening tag is whole, so do all
/// before it.
void AnswerStream::count_token(bool was_inside, bool was_undecided) {
  if (was_inside) {
    ++reasoning_tokens_;
  } else if (was_undecided && (splitter_.inside() || !split_.reasoning.empty())) {
    reasoning_tokens_ = tokens_;
  }
}

/// Moves what the splitter gave on to the step, the answer's part through the search for stop strings.
void AnswerStream::pass_on() {
  step_.text.reasoning += split_.reasoning;
  stop_strings_.push(split_.answer, step_.text.answer);
}

/// Lets out what each of the three parts holds back, in order.
void AnswerStream::drain() {
  decoded_.clear();
  split_.reasoning.clear();
  split_.answer.clear();
  detokenizer_.flush(decoded_);
  splitter_.push(decoded_, split_);
  splitter_.flush(split_);
  pass_on();
  if (!stop_strings_.found()) stop_strings_.flush(step_.text.answer);
}

}  // namespace fovea
