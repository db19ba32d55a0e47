#include "app/server/answering/generation.h"

#include "app/server/openai/field_names.h"

#include <iterator>
#include <utility>

namespace fovea::server {

std::string_view question_state_name(QuestionState state) {
  switch (state) {
    case QuestionState::kWaiting:
      return "waiting";
    case QuestionState::kPrefill:
      return "prefill";
    case QuestionState::kDecode:
      break;
  }
  return "decode";
}

Generation::Generation(Engine& engine, QuestionMark mark, std::size_t choices, GenerationCallbacks callbacks,
                       std::vector<std::shared_ptr<const void>> kept)
    : engine_(engine),
      mark_(std::move(mark)),
      callbacks_(std::move(callbacks)),
      kept_(std::move(kept)),
      answers_(choices),
      running_(choices) {}

void Generation::start(std::vector<GenerationRequest> requests) {
  for (std::size_t i = 0; i < requests.size(); ++i) submit(i, std::move(requests[i]));
}

void Generation::submit(std::size_t choice, GenerationRequest request) {
  auto self = shared_from_this();
  Result<RequestId> taken = engine_.submit(
      std::move(request), [self, choice](GenerationEvent event) { self->take(choice, std::move(event)); });
  if (!taken) return take(choice, GenerationEvent{0, Failed{taken.error(), {}}});
  bool late = false;
  {
    const std::lock_guard lock(ids_mutex_);
    ids_.push_back(*taken);
    late = cancelled_;
  }
  if (late) engine_.cancel(*taken);
}

void Generation::cancel() {
  std::vector<RequestId> ids;
  {
    const std::lock_guard lock(ids_mutex_);
    cancelled_ = true;
    ids = ids_;
  }
  for (const RequestId id : ids) engine_.cancel(id);
}

/// `order_` is held.
void Generation::note(const GenerationEvent& event) {
  QuestionState state = QuestionState::kWaiting;
  if (std::holds_alternative<PrefillProgress>(event.what)) state = QuestionState::kPrefill;
  if (const auto* delta = std::get_if<TextDelta>(&event.what)) {
    state = QuestionState::kDecode;
    tokens_ += static_cast<std::int64_t>(delta->times.size());
  }
  if (state > state_) state_ = state;
}

void Generation::take(std::size_t choice, GenerationEvent event) {
  const std::lock_guard lock(order_);
  note(event);
  CollectedAnswer& answer = answers_[choice];
  if (auto* failed = std::get_if<Failed>(&event.what))
    failed->error = in_callers_words(std::move(failed->error));
  if (callbacks_.on_event) callbacks_.on_event(choice, event);
  if (auto* seen = std::get_if<Preprocessed>(&event.what)) {
    answer.vision = std::move(seen->vision);
  } else if (auto* delta = std::get_if<TextDelta>(&event.what)) {
    (delta->reasoning ? answer.reasoning : answer.text).append(delta->text);
    std::move(delta->logprobs.begin(), delta->logprobs.end(), std::back_inserter(answer.logprobs));
  } else if (auto* finished = std::get_if<Finished>(&event.what)) {
    answer.finish = finished->reason;
    answer.stop_string = std::move(finished->stop_string);
    answer.metrics = std::move(finished->metrics);
  } else if (auto* failed = std::get_if<Failed>(&event.what)) {
    answer.error = std::move(failed->error);
    answer.metrics = std::move(failed->metrics);
  }
  if (!event.last() || --running_ > 0) return;
  if (callbacks_.on_done) callbacks_.on_done(answers_);
  callbacks_ = {};  // they hold what holds this
  kept_.clear();
}

}  // namespace fovea::server
