#include "ui/engine_bridge.h"

#include <chrono>
#include <utility>

namespace fovea::ui {
namespace {

constexpr int kDrainEveryMs = 50;
constexpr auto kProgressEvery = std::chrono::milliseconds(50);

using Clock = std::chrono::steady_clock;

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
  replace_engine(nullptr);
}

template <typename Call>
void EngineBridge::to_gui(Call call) {
  QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection);
}

std::shared_ptr<Engine> EngineBridge::engine() const {
  const std::lock_guard lock(mutex_);
  return engine_;
}

void EngineBridge::replace_engine(std::shared_ptr<Engine> engine,
                                  std::shared_ptr<SupervisedEngine> supervised) {
  const std::lock_guard lock(mutex_);
  engine_.swap(engine);
  supervised_.swap(supervised);
  // The old one ends outside the lock, on the caller's thread: `engine` goes after `lock`.
}

void EngineBridge::set_status(EngineStatus status) {
  status_ = std::move(status);
  Q_EMIT statusChanged();
}

Result<std::shared_ptr<Engine>> EngineBridge::load_in_place(const EngineOptions& options, EnginePlace wanted,
                                                            quint64 number, const LoadObserver& observer,
                                                            std::shared_ptr<SupervisedEngine>& supervised) {
  if (chosen_place(wanted, services_.usable_gpu) == EnginePlace::kInProcess) {
    Result<std::unique_ptr<Engine>> loaded = services_.load_engine(options, observer);
    if (!loaded) return loaded.error();
    return std::shared_ptr<Engine>(std::move(*loaded));
  }
  if (!services_.load_child_engine)
    return Error{ErrorCode::kUnsupported,
                 "The engine cannot have a process of its own here.",
                 "Choose \"In this process\" in the settings.",
                 {}};
  Result<std::unique_ptr<SupervisedEngine>> loaded =
      services_.load_child_engine(options, observer, [this, number](const EngineHealth& health) {
        to_gui([this, number, health] { set_health(number, health); });
      });
  if (!loaded) return loaded.error();
  supervised = std::move(*loaded);
  return std::shared_ptr<Engine>(supervised);
}

void EngineBridge::set_health(quint64 number, const EngineHealth& health) {
  if (number != engine_number_) return;  // of an engine that is not in use any more
  status_.health = health;
  Q_EMIT statusChanged();
  Q_EMIT healthChanged();
}

void EngineBridge::load(const EngineOptions& options, EnginePlace place) {
  const quint64 number = ++loading_;
  EngineStatus status = status_;
  status.model_in_use = ready();
  status.kind = EngineStatus::Kind::kLoading;
  status.folder = options.model_folder;
  status.progress = {};
  status.error.reset();
  set_status(std::move(status));
  control_.post([this, number, options, place] {
    if (loading_ != number) return;
    const auto begin = Clock::now();
    auto shown = std::make_shared<std::pair<std::mutex, Clock::time_point>>();
    std::shared_ptr<SupervisedEngine> supervised;
    const Result<std::shared_ptr<Engine>> loaded = load_in_place(
        options, place, number,
        [this, number, shown](const LoadProgress& progress) {
          const std::lock_guard lock(shown->first);
          const auto now = Clock::now();
          if (now - shown->second >= kProgressEvery || progress.done == progress.total) {
            shown->second = now;
            to_gui([this, number, progress] {
              if (loading_ != number || status_.kind != EngineStatus::Kind::kLoading) return;
              status_.progress = progress;
              Q_EMIT statusChanged();
            });
          }
          return loading_ == number;
        },
        supervised);
    if (loading_ != number) return;  // what was loaded goes with `loaded`
    if (!loaded) {
      to_gui([this, number, error = loaded.error()] {
        if (loading_ != number) return;
        EngineStatus failed = status_;
        failed.kind = failed.model_in_use ? EngineStatus::Kind::kReady : EngineStatus::Kind::kNone;
        failed.model_in_use = false;
        failed.error = error;
        set_status(std::move(failed));
      });
      return;
    }
    const std::shared_ptr<Engine>& engine = *loaded;
    const ModelInfo model = engine->model();
    const SchedulingOptions scheduling = engine->scheduling();
    const std::chrono::duration<double> seconds = Clock::now() - begin;
    const bool own_process = supervised != nullptr;
    replace_engine(engine, std::move(supervised));
    to_gui([this, number, own_process, model, scheduling, folder = options.model_folder,
            seconds = seconds.count()] {
      if (loading_ != number) return;
      EngineStatus loaded_status;
      loaded_status.kind = EngineStatus::Kind::kReady;
      loaded_status.folder = folder;
      loaded_status.model = model;
      loaded_status.load_seconds = seconds;
      loaded_status.own_process = own_process;
      engine_number_ = number;
      set_status(std::move(loaded_status));
      scheduling_ = scheduling;
      Q_EMIT schedulingChanged(scheduling_);
      Q_EMIT engineChanged();
    });
  });
}

void EngineBridge::cancel_load() {
  if (status_.kind != EngineStatus::Kind::kLoading) return;
  ++loading_;
  EngineStatus status = status_;
  status.kind = status.model_in_use ? EngineStatus::Kind::kReady : EngineStatus::Kind::kNone;
  status.model_in_use = false;
  set_status(std::move(status));
}

void EngineBridge::unload() {
  ++loading_;
  engine_number_ = 0;
  set_status({});
  control_.post([this] {
    replace_engine(nullptr);
    to_gui([this] { Q_EMIT engineChanged(); });
  });
}

void EngineBridge::restart() {
  const std::lock_guard lock(mutex_);
  if (supervised_) supervised_->restart();
}

int EngineBridge::process() const {
  const std::lock_guard lock(mutex_);
  return supervised_ ? supervised_->process() : -1;
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
  const std::shared_ptr<Engine> engine = this->engine();
  const auto fail = [&](const Error& error) { inbox_->push(ask, {0, Failed{error, {}}}); };
  {
    const std::lock_guard lock(mutex_);
    if (requests_[ask].cancelled) {
      inbox_->push(ask, {0, Finished{FinishReason::kCancelled, {}, {}}});
      return;
    }
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
  if (since_drained_.isValid() && since_drained_.elapsed() < kDrainEveryMs) {
    if (!drain_timer_.isActive()) drain_timer_.start(kDrainEveryMs - int(since_drained_.elapsed()));
    return;
  }
  since_drained_.start();
  for (const auto& [ask, event] : inbox_->take()) {
    if (event.last()) {
      const std::lock_guard lock(mutex_);
      requests_.erase(ask);
    }
    Q_EMIT happened(ask, event);
  }
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
