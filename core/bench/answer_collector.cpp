#include "core/bench/answer_collector.h"

#include <chrono>
#include <condition_variable>
#include <iterator>
#include <memory>
#include <mutex>
#include <variant>

namespace fovea::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// Shared with the sinks, which may outlive the wait by a moment.
struct Group {
  std::mutex mutex;
  std::condition_variable ended;
  std::vector<CollectedAnswer> answers;
  std::size_t running = 0;
  Clock::time_point begin;

  double now() const { return std::chrono::duration<double>(Clock::now() - begin).count(); }

  void take(std::size_t place, GenerationEvent event) {
    const double seen = now();
    const std::lock_guard lock(mutex);
    CollectedAnswer& answer = answers[place];
    if (answer.first_text_seen < 0.0 && std::holds_alternative<TextDelta>(event.what))
      answer.first_text_seen = seen - answer.submitted;
    if (absorb(answer, std::move(event))) --running;
    if (running == 0) ended.notify_all();
  }
};

}  // namespace

bool absorb(CollectedAnswer& answer, GenerationEvent event) {
  if (auto* delta = std::get_if<TextDelta>(&event.what)) {
    (delta->reasoning ? answer.reasoning : answer.text) += delta->text;
    answer.ids.insert(answer.ids.end(), delta->ids.begin(), delta->ids.end());
    std::move(delta->logprobs.begin(), delta->logprobs.end(), std::back_inserter(answer.logprobs));
  } else if (auto* finished = std::get_if<Finished>(&event.what)) {
    answer.metrics = std::move(finished->metrics);
    return true;
  } else if (auto* failed = std::get_if<Failed>(&event.what)) {
    answer.metrics = std::move(failed->metrics);
    answer.error = std::move(failed->error);
    return true;
  }
  return false;
}

CollectedAnswer wait_for_answer(Engine& engine, const GenerationRequest& request) {
  return std::move(ask_together(engine, {request}, {}).front());
}

std::vector<CollectedAnswer> ask_together(Engine& engine, const std::vector<GenerationRequest>& requests,
                                          const Stopped& stopped) {
  const auto group = std::make_shared<Group>();
  group->answers.resize(requests.size());
  group->running = requests.size();
  std::vector<RequestId> taken;
  group->begin = Clock::now();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    {
      const std::lock_guard lock(group->mutex);
      group->answers[i].submitted = group->now();
    }
    const Result<RequestId> id =
        engine.submit(requests[i], [group, i](GenerationEvent event) { group->take(i, std::move(event)); });
    const std::lock_guard lock(group->mutex);
    if (id) {
      taken.push_back(*id);
    } else {
      group->answers[i].error = id.error();
      --group->running;
    }
  }
  std::unique_lock lock(group->mutex);
  bool cancelled = false;
  while (group->running > 0) {
    group->ended.wait_for(lock, std::chrono::milliseconds(100));
    if (cancelled || !stopped || !stopped()) continue;
    cancelled = true;
    lock.unlock();
    for (const RequestId id : taken) engine.cancel(id);
    lock.lock();
  }
  return std::move(group->answers);
}

}  // namespace fovea::bench
