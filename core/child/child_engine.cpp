#include "core/child/child_engine.h"

#include "core/child/supervisor.h"

#include <chrono>

namespace fovea {
namespace {

using namespace child;

constexpr std::chrono::duration<double> kPlanTime(60.0);  // it decodes pictures

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// Turns calls into frames, and waits for the child's word on them, but never for ever.
class ChildEngine final : public SupervisedEngine, public QuestionPlanner {
 public:
  ChildEngine(const EngineOptions& options, const ChildOptions& child)
      : answer_time_(child.answer_seconds), supervisor_(options, child, requests_, calls_) {}

  Result<void> begin(const LoadObserver& observer) { return supervisor_.begin(observer); }

  ModelInfo model() const override { return supervisor_.model(); }

  Result<RequestId> submit(GenerationRequest request, EventSink sink) override {
    const std::uint64_t id = requests_.next_id();
    std::string frame = encoded(ToChild{Submit{id, now(), std::move(request)}});
    Result<RequestTable::Word> word = requests_.add(id, std::move(sink), frame);
    if (!word) return word.error();
    if (!word->valid()) return id;  // kept until there is a child
    supervisor_.channel().say(frame);
    if (word->wait_for(answer_time_) != std::future_status::ready && requests_.forget(id)) {
      supervisor_.channel().kill();
      return engine_failed("The engine's process did not take the request.");
    }
    if (std::optional<Error> refused = word->get()) return *refused;
    return id;
  }

  void cancel(RequestId request) override {
    requests_.cancel(request);
    supervisor_.tell_cancels();
  }

  Result<Preview> preview(const GenerationRequest& request) override {
    Result<QuestionPlan> made = plan(request);
    if (!made) return std::move(made).error();
    return std::move(made->preview);
  }
  Result<QuestionPlan> plan(const GenerationRequest& request) override {
    return ask<QuestionPlan>(request, kPlanTime, false);
  }
  EngineMetrics metrics() const override {
    const Result<EngineMetrics> answer = ask_now<EngineMetrics>(AskMetrics{});
    return answer ? *answer : EngineMetrics{};
  }
  SchedulingOptions scheduling() const override {
    const Result<SchedulingOptions> answer = ask_now<SchedulingOptions>(AskScheduling{});
    return answer ? *answer : supervisor_.scheduling();
  }
  Result<void> set_scheduling(const SchedulingOptions& options) override {
    const Result<Done> answer = ask_now<Done>(options);
    if (!answer) return answer.error();
    supervisor_.set_scheduling(options);
    return {};
  }

  int process() const override { return supervisor_.channel().process(); }
  void restart() override { supervisor_.restart(); }

 private:
  /// What a child answers at once; one that doesn't has hung.
  template <typename T>
  Result<T> ask_now(decltype(Call::what) what) const {
    return ask<T>(std::move(what), answer_time_, true);
  }

  template <typename T>
  Result<T> ask(decltype(Call::what) what, std::chrono::duration<double> limit, bool ends_child) const {
    std::optional<CallTable::Begun> call = calls_.begin();
    if (!call) return engine_failed("The engine's process is not running.");
    supervisor_.channel().say(encoded(ToChild{Call{call->id, std::move(what)}}));
    if (call->reply.wait_for(limit) != std::future_status::ready && calls_.forget(call->id)) {
      if (ends_child) supervisor_.channel().kill();
      return engine_failed("The engine's process does not answer.");
    }
    decltype(Answer::what) answer = call->reply.get();
    if (T* value = std::get_if<T>(&answer)) return std::move(*value);
    if (Error* error = std::get_if<Error>(&answer)) return std::move(*error);
    return engine_failed("The engine's process answered something else.");
  }

  const std::chrono::duration<double> answer_time_;
  RequestTable requests_;
  mutable CallTable calls_;
  mutable Supervisor supervisor_;  // last: its thread ends before what it uses
};

}  // namespace

Result<std::unique_ptr<SupervisedEngine>> load_child_engine(const EngineOptions& options,
                                                            const LoadObserver& observer,
                                                            const ChildOptions& child) {
  auto engine = std::make_unique<ChildEngine>(options, child);
  const Result<void> loaded = engine->begin(observer);
  if (!loaded) return loaded.error();
  return std::unique_ptr<SupervisedEngine>(std::move(engine));
}

}  // namespace fovea
