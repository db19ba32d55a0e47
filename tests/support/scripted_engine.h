#pragma once

#include "core/api/question_plan.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace fovea::test {

/// One thing that a script does, after a pause. Events that end a request are `Finished` and `Failed`.
struct ScriptStep {
  std::chrono::milliseconds pause{0};
  std::variant<Queued, Preprocessed, PrefillProgress, TextDelta, Finished, Failed> event;
};

/// What a ScriptedEngine does with every request.
struct Script {
  ModelInfo model;
  std::vector<ScriptStep> steps;
  /// Set: `submit` refuses with it.
  std::shared_ptr<const Error> refusal;
  /// How long the last event takes after `cancel`.
  std::chrono::milliseconds cancel_takes{0};
  Preview preview;
  std::shared_ptr<const Error> preview_error;
  std::optional<AdmissionForecast> admission = {};  ///< of each plan
  std::function<void()> before_preview = {};        ///< called by each preview, which waits for its end
  std::function<void()> before_submit = {};         ///< the same by each submit
};

/// A synthetic engine: no model, only the events that a script gives, from a thread of its own like a real
/// one's. For tests of whatever drives an Engine. A script without a last event goes on saying nothing until
/// it is cancelled.
class ScriptedEngine : public Engine, public QuestionPlanner {
 public:
  /// What was asked of it, kept beyond its life.
  struct Record {
    std::mutex mutex;
    std::vector<GenerationRequest> requests;
    int cancelled = 0;
  };

  explicit ScriptedEngine(Script script, std::shared_ptr<Record> record = std::make_shared<Record>());
  ~ScriptedEngine() override;

  ModelInfo model() const override { return script_.model; }
  Result<RequestId> submit(GenerationRequest request, EventSink sink) override;
  void cancel(RequestId request) override;
  Result<Preview> preview(const GenerationRequest& request) override;
  Result<QuestionPlan> plan(const GenerationRequest& request) override;
  EngineMetrics metrics() const override;
  SchedulingOptions scheduling() const override;
  Result<void> set_scheduling(const SchedulingOptions& options) override;

 private:
  struct Run {
    RequestId id = 0;
    bool cancelled = false;
    std::thread thread;
  };

  void play(Run& run, const EventSink& sink);
  /// False if the request was cancelled meanwhile.
  bool wait(const Run& run, std::chrono::milliseconds pause);

  Script script_;
  std::shared_ptr<Record> record_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Run>> runs_;
  SchedulingOptions scheduling_;
};

/// A model's description for scripts: small, named "scripted".
ModelInfo scripted_model();

/// A step that says `text`, one token.
ScriptStep says(std::string text, std::chrono::milliseconds pause = {}, bool reasoning = false);

/// A step that ends well, with plausible metrics for `tokens` tokens.
ScriptStep finishes(std::int64_t tokens, FinishReason reason = FinishReason::kEndOfText);

/// A step that ends with a failure.
ScriptStep fails(ErrorCode code, std::string message, std::string remedy = {});

}  // namespace fovea::test
