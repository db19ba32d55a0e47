#include "app/cli/answer_run.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>

namespace fovea::cli {
namespace {

constexpr auto kIdle = std::chrono::milliseconds(50);

/// Carries events from the engine's threads to ours.
class EventQueue {
 public:
  void push(GenerationEvent event) {
    {
      const std::lock_guard lock(mutex_);
      events_.push_back(std::move(event));
    }
    ready_.notify_one();
  }

  /// What came since the last call; waits a moment if there is nothing.
  std::deque<GenerationEvent> take() {
    std::unique_lock lock(mutex_);
    ready_.wait_for(lock, kIdle, [this] { return !events_.empty(); });
    return std::exchange(events_, {});
  }

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<GenerationEvent> events_;
};

/// Puts events into an Answer and shows them to the observer.
class Collector {
 public:
  Collector(Answer& answer, AnswerObserver& observer) : answer_(answer), observer_(observer) {}

  bool reader_gone() const { return reader_gone_; }

  void operator()(const Queued& event) { observer_.queued(event); }

  void operator()(const Preprocessed& event) {
    answer_.vision = event.vision;
    answer_.metrics.prompt_tokens = event.prompt_tokens;
    observer_.preprocessed(event);
  }

  void operator()(const PrefillProgress& event) { observer_.progress(event); }

  void operator()(const TextDelta& event) {
    (event.reasoning ? answer_.reasoning : answer_.text) += event.text;
    answer_.logprobs.insert(answer_.logprobs.end(), event.logprobs.begin(), event.logprobs.end());
    if (!reader_gone_) reader_gone_ = !observer_.text(event);
  }

  void operator()(const Finished& event) {
    answer_.finish = event.reason;
    answer_.stop_string = event.stop_string;
    answer_.metrics = event.metrics;
  }

  void operator()(const Failed& event) {
    answer_.error = event.error;
    answer_.metrics = event.metrics;
  }

 private:
  Answer& answer_;
  AnswerObserver& observer_;
  bool reader_gone_ = false;
};

}  // namespace

Result<Answer> run_request(Engine& engine, GenerationRequest request, const Interrupt& interrupt,
                           AnswerObserver& observer) {
  auto queue = std::make_shared<EventQueue>();  // the engine's copy of the sink may outlive this call
  Result<RequestId> id =
      engine.submit(std::move(request), [queue](GenerationEvent event) { queue->push(std::move(event)); });
  if (!id) return id.error();
  Answer answer;
  Collector collect(answer, observer);
  bool cancelled = false;
  for (bool ended = false; !ended;) {
    const std::deque<GenerationEvent> events = queue->take();
    for (const GenerationEvent& event : events) {
      std::visit(collect, event.what);
      ended = ended || event.last();
    }
    if (events.empty()) observer.idle();
    if (!cancelled && !ended && (interrupt.requested() || collect.reader_gone())) {
      engine.cancel(*id);
      cancelled = true;
      answer.interrupted = interrupt.requested();
    }
  }
  // An answer that ended by itself just as Ctrl+C was pressed is a whole one.
  answer.interrupted = answer.interrupted && !answer.error && answer.finish == FinishReason::kCancelled;
  return answer;
}

}  // namespace fovea::cli
