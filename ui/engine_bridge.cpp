#include "ui/engine_bridge.h"

#include <QElapsedTimer>
#include <algorithm>
#include <utility>

namespace fovea::ui {
namespace {

/// Events are handled at most so often. What they cost (text is laid out anew) comes out of the engine's time
/// on a machine of two cores, twice over, since the thread that was held up is waited for: so the pause is
/// many times as long as handling took last (painting takes as long again), but an answer is never seen to
/// stand still.
constexpr int kDrainEveryMs = 50;
constexpr int kDrainAtLeastEveryMs = 200;
constexpr int kPauseOverCost = 200;

Error no_model() {
  return {ErrorCode::kNotFound, "No model is loaded.", "Choose one under Model.", {}};
}

}  // namespace

EngineBridge::EngineBridge(WindowServices services, QObject* parent)
    : QObject(parent), services_(std::move(services)) {
  inbox_ = std::make_shared<EngineInbox>(
      [this] { QMetaObject::invokeMethod(this, &EngineBridge::drain, Qt::QueuedConnection); });
  drain_timer_.setSingleShot(true);
  drain_timer_.setTimerType(Qt::PreciseTimer);
  connect(&drain_timer_, &QTimer::timeout, this, &EngineBridge::drain);
}

EngineBridge::~EngineBridge() {
  loading_ = 0;
  for (auto& newest : newest_previews_) newest = 0;
  inbox_->close();
  control_.clear();
  previews_.clear();
  control_.finish();
  previews_.finish();
  replace_engine({});
}

std::shared_ptr<Engine> EngineBridge::engine() const {
  const std::lock_guard lock(mutex_);
  return in_use_.engine;
}

void EngineBridge::replace_engine(Loaded next) {
  const std::lock_guard lock(mutex_);
  std::swap(in_use_, next);
  // The old one ends outside the lock, on the caller's thread: `next` goes after `lock`.
}

void EngineBridge::set_status(EngineStatus status) {
  status_ = std::move(status);
  Q_EMIT statusChanged();
}

void EngineBridge::set_health(quint64 number, const EngineHealth& health) {
  if (number != engine_number_) return;  // of an engine that is not in use any more
  status_.health = health;
  Q_EMIT statusChanged();
  Q_EMIT healthChanged();
}

void EngineBridge::restart() {
  const std::lock_guard lock(mutex_);
  if (in_use_.supervised) in_use_.supervised->restart();
}

int EngineBridge::process() const {
  const std::lock_guard lock(mutex_);
  return in_use_.supervised ? in_use_.supervised->process() : -1;
}

AskId EngineBridge::ask(GenerationRequest request) {
  const AskId ask = ++last_ask_;
  {
    const std::lock_guard lock(mutex_);
    requests_.emplace(ask, Request{});
  }
  // A loading may hold the control thread while an older model still answers.
  TaskThread& thread = status_.model_in_use ? previews_ : control_;
  thread.post([this, ask, request = std::make_shared<GenerationRequest>(std::move(request))] {
    submit(ask, request);
  });
  return ask;
}

void EngineBridge::submit(AskId ask, const std::shared_ptr<GenerationRequest>& request) {
  std::shared_ptr<Engine> engine;
  const auto fail = [&](const Error& error) { inbox_->push(ask, {0, Failed{error, {}}}); };
  {
    const std::lock_guard lock(mutex_);
    Request& asked = requests_[ask];
    if (asked.cancelled) {
      inbox_->push(ask, {0, Finished{FinishReason::kCancelled, {}, {}}});
      return;
    }
    engine = in_use_.engine;
    asked.savings = in_use_.savings;
  }
  if (!engine) return fail(no_model());
  const Result<RequestId> id =
      engine->submit(std::move(*request),
                     [inbox = inbox_, ask](GenerationEvent event) { inbox->push(ask, std::move(event)); });
  if (!id) return fail(id.error());
  bool cancelled = false;
  {
    const std::lock_guard lock(mutex_);
    const auto entry = requests_.find(ask);
    if (entry == requests_.end()) return;  // ended already
    entry->second.id = *id;
    cancelled = entry->second.cancelled;
  }
  if (cancelled) engine->cancel(*id);
}

void EngineBridge::cancel(AskId ask) {
  std::optional<RequestId> id;
  {
    const std::lock_guard lock(mutex_);
    const auto entry = requests_.find(ask);
    if (entry == requests_.end()) return;
    entry->second.cancelled = true;
    id = entry->second.id;
  }
  if (const std::shared_ptr<Engine> engine = this->engine(); engine && id) engine->cancel(*id);
}

void EngineBridge::drain() {
  const EngineInbox::Events events = inbox_->take();
  if (events.empty()) return;         // the next one wakes
  drain_timer_.start(kDrainEveryMs);  // whoever hears of it may run an event loop of their own
  QElapsedTimer spent;
  spent.start();
  bool text = false;
  for (const auto& [ask, event] : events) {
    text = text || std::holds_alternative<TextDelta>(event.what);
    if (event.last()) {
      if (const std::optional<UploadSaving> saving = forget(ask, event.request)) Q_EMIT saved(ask, *saving);
    }
    Q_EMIT happened(ask, event);
  }
  const double cost = double(spent.nsecsElapsed()) / 1e6;  // ms
  // What an answer begins with costs more, and its first words are waited for.
  if (text) drain_timer_.start(std::clamp(int(kPauseOverCost * cost), kDrainEveryMs, kDrainAtLeastEveryMs));
}

std::optional<UploadSaving> EngineBridge::forget(AskId ask, RequestId request) {
  const std::lock_guard lock(mutex_);
  const auto ended = requests_.extract(ask);
  if (ended.empty() || !ended.mapped().savings) return std::nullopt;
  return ended.mapped().savings->take(request);
}

quint64 EngineBridge::preview(GenerationRequest request, PreviewUse use) {
  const quint64 ticket = ++last_ticket_;
  std::atomic<quint64>& newest = newest_previews_[std::size_t(use)];
  newest = ticket;
  previews_.post([this, &newest, ticket, request = std::make_shared<GenerationRequest>(std::move(request))] {
    if (ticket != newest) return;
    const std::shared_ptr<Engine> engine = this->engine();
    Result<QuestionPlan> made = engine ? plan_question(*engine, *request) : Result<QuestionPlan>(no_model());
    to_gui([this, ticket, made = std::move(made)] {
      if (made) {
        Q_EMIT previewed(ticket, *made);
      } else {
        Q_EMIT previewFailed(ticket, made.error());
      }
    });
  });
  return ticket;
}

void EngineBridge::sample() {
  control_.post([this] {
    if (const std::shared_ptr<Engine> engine = this->engine()) {
      to_gui([this, metrics = engine->metrics()] { Q_EMIT sampled(metrics); });
    }
  });
}

void EngineBridge::set_scheduling(const SchedulingOptions& options) {
  control_.post([this, options] {
    const std::shared_ptr<Engine> engine = this->engine();
    const Result<void> set = engine ? engine->set_scheduling(options) : Result<void>(no_model());
    to_gui([this, set, now = engine ? engine->scheduling() : options] {
      if (!set) Q_EMIT schedulingRefused(set.error());
      scheduling_ = now;
      Q_EMIT schedulingChanged(scheduling_);
    });
  });
}

}  // namespace fovea::ui
