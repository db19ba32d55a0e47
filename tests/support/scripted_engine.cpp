#include "tests/support/scripted_engine.h"

#include "core/api/request_check.h"

#include <algorithm>
#include <utility>

namespace fovea::test {

ScriptedEngine::ScriptedEngine(Script script, std::shared_ptr<Record> record)
    : script_(std::move(script)), record_(std::move(record)) {}

ScriptedEngine::~ScriptedEngine() {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& run : runs_) run->cancelled = true;
  }
  changed_.notify_all();
  for (const auto& run : runs_) run->thread.join();
}

Result<RequestId> ScriptedEngine::submit(GenerationRequest request, EventSink sink) {
  if (script_.before_submit) script_.before_submit();
  if (script_.refusal) return *script_.refusal;
  {
    const std::lock_guard lock(record_->mutex);
    record_->requests.push_back(std::move(request));
  }
  const std::lock_guard lock(mutex_);
  runs_.push_back(std::make_unique<Run>());
  Run& run = *runs_.back();
  run.id = runs_.size();
  run.thread = std::thread([this, &run, sink = std::move(sink)] { play(run, sink); });
  return run.id;
}

void ScriptedEngine::cancel(RequestId request) {
  {
    const std::lock_guard lock(record_->mutex);
    ++record_->cancelled;
  }
  {
    const std::lock_guard lock(mutex_);
    for (const auto& run : runs_) run->cancelled = run->cancelled || run->id == request;
  }
  changed_.notify_all();
}

Result<Preview> ScriptedEngine::preview(const GenerationRequest& request) {
  if (script_.before_preview) script_.before_preview();
  const std::lock_guard lock(record_->mutex);
  record_->requests.push_back(request);
  if (script_.preview_error) return *script_.preview_error;
  return script_.preview;
}

Result<QuestionPlan> ScriptedEngine::plan(const GenerationRequest& request) {
  Result<Preview> made = preview(request);
  if (!made) return std::move(made).error();
  return QuestionPlan{std::move(made).value(), script_.admission};
}

EngineMetrics ScriptedEngine::metrics() const {
  const std::lock_guard lock(mutex_);
  EngineMetrics metrics;
  metrics.running = static_cast<std::int64_t>(runs_.size());
  return metrics;
}

SchedulingOptions ScriptedEngine::scheduling() const {
  const std::lock_guard lock(mutex_);
  return scheduling_;
}

Result<void> ScriptedEngine::set_scheduling(const SchedulingOptions& options) {
  if (Result<void> checked = validate(options); !checked) return checked;
  const std::lock_guard lock(mutex_);
  scheduling_ = options;
  return {};
}

bool ScriptedEngine::wait(const Run& run, std::chrono::milliseconds pause) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, pause, [&] { return run.cancelled; });
}

void ScriptedEngine::play(Run& run, const EventSink& sink) {
  for (const ScriptStep& step : script_.steps) {
    if (!wait(run, step.pause)) break;
    GenerationEvent event;
    event.request = run.id;
    std::visit([&](const auto& what) { event.what = what; }, step.event);
    const bool last = event.last();
    sink(std::move(event));
    if (last) return;
  }
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return run.cancelled; });
  }
  std::this_thread::sleep_for(script_.cancel_takes);
  sink(GenerationEvent{run.id, Finished{FinishReason::kCancelled, {}, {}}});
}

ModelInfo scripted_model() {
  ModelInfo model;
  model.name = "scripted";
  model.family = "Qwen3-VL";
  model.architecture = "Qwen3VLForConditionalGeneration";
  model.checkpoint_type = "bf16";
  model.compute_type = "fp32";
  model.parameters = 12'600'000;
  model.weights_bytes = 25'200'000;
  model.note = "Not a model: a script.";
  return model;
}

ScriptStep says(std::string text, std::chrono::milliseconds pause, bool reasoning) {
  TextDelta delta;
  delta.text = std::move(text);
  delta.reasoning = reasoning;
  delta.ids = {7};
  delta.times = {0.1};
  return {pause, delta};
}

ScriptStep finishes(std::int64_t tokens, FinishReason reason) {
  Finished finished;
  finished.reason = reason;
  finished.metrics.stages[Stage::kImageDecode] = 0.05;
  finished.metrics.stages[Stage::kVision] = 0.35;
  finished.metrics.stages[Stage::kPrefill] = 0.6;
  finished.metrics.stages[Stage::kDecode] = 1.0;
  finished.metrics.total_seconds = 2.0;
  finished.metrics.prompt_tokens = 812;
  finished.metrics.vision_tokens = 768;
  finished.metrics.completion_tokens = tokens;
  finished.metrics.peak_memory_bytes = 412'000'000;
  for (std::int64_t i = 0; i < tokens; ++i) {
    finished.metrics.token_times.push_back(1.0 + 0.05 * static_cast<double>(i));
  }
  return {std::chrono::milliseconds(0), finished};
}

ScriptStep fails(ErrorCode code, std::string message, std::string remedy) {
  return {std::chrono::milliseconds(0), Failed{Error{code, std::move(message), std::move(remedy), {}}, {}}};
}

}  // namespace fovea::test
