#include "app/debug/wait_for_answer.h"

#include <future>
#include <memory>
#include <variant>

namespace fovea::debug {

CollectedAnswer wait_for_answer(Engine& engine, const GenerationRequest& request) {
  struct State {
    CollectedAnswer answer;
    std::promise<void> done;
  };
  const auto state = std::make_shared<State>();
  const auto taken = engine.submit(request, [state](GenerationEvent event) {
    CollectedAnswer& answer = state->answer;
    if (const auto* delta = std::get_if<TextDelta>(&event.what)) {
      (delta->reasoning ? answer.reasoning : answer.text) += delta->text;
      answer.ids.insert(answer.ids.end(), delta->ids.begin(), delta->ids.end());
    } else if (auto* finished = std::get_if<Finished>(&event.what)) {
      answer.metrics = std::move(finished->metrics);
      state->done.set_value();
    } else if (auto* failed = std::get_if<Failed>(&event.what)) {
      answer.metrics = std::move(failed->metrics);
      answer.error = std::move(failed->error);
      state->done.set_value();
    }
  });
  if (!taken) {
    state->answer.error = taken.error();
  } else {
    state->done.get_future().wait();
  }
  return std::move(state->answer);
}

}  // namespace fovea::debug
