#include "ui/engine_bridge.h"

#include <QElapsedTimer>
#include <algorithm>
#include <chrono>
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
  replace_engine({});
}

template <typename Call>
void EngineBridge::to_gui(Call call) {
  QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection);
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

Result<EngineBridge::Loaded> EngineBridge::load_in_place(const EngineOptions& options, EnginePlace wanted,
                                                         quint64 number, const LoadObserver& observer) {
  if (chosen_place(wanted, options.device, services_.usable_gpu) == EnginePlace::kInProcess) {
    Result<std::unique_ptr<Engine>> loaded = services_.load_engine(options, observer);
    if (!loaded) return loaded.error();
    return Loaded{std::move(*loaded), nullptr};
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
  const std::shared_ptr<SupervisedEngine> supervised = std::move(*loaded);
  return Loaded{supervised, supervised};
}

void EngineBridge::set_health(quint64 number, const EngineHealth& health) {
  if (number != engine_number_) return;  // of an engine that is not in use any more
  status_.health = health;
  Q_EMIT statusChanged();
  Q_EMIT healthChanged();
}

void EngineBridge::load(const EngineOptions& options, EnginePlace place) {
  begin_loading(options.model_folder, {},
                [this, options, place](quint64 number, const LoadObserver& observer) {
                  return load_in_place(options, place, number, observer);
                });
}

void EngineBridge::connect_to(const ServerCall& call, const ServerSource& server) {
  const auto savings = std::make_shared<UploadSavings>();
  ServerCall told = call;
  told.on_saving = [savings](RequestId request, const UploadSaving& saving) {
    savings->put(request, saving);
  };
  begin_loading(
      {}, server,
      [this, told = std::move(told), savings](quint64, const LoadObserver& observer) -> Result<Loaded> {
        if (!services_.remote.connect)
          return Error{ErrorCode::kUnsupported, "This build cannot use servers elsewhere.", {}, {}};
        Result<std::unique_ptr<Engine>> connected = services_.remote.connect(told, observer);
        if (!connected) return connected.error();
        return Loaded{std::move(*connected), nullptr, savings};
      });
}

void EngineBridge::begin_loading(const std::string& folder, std::optional<ServerSource> server,
                                 Loader loader) {
  const quint64 number = ++loading_;
  EngineStatus status = status_;
  if (!status.model_in_use) status.in_use = status_.server;
  status.model_in_use = ready();
  status.kind = EngineStatus::Kind::kLoading;
  status.folder = folder;
  status.server = std::move(server);
  status.progress = {};
  status.error.reset();
  set_status(std::move(status));
  control_.post([this, number, loader = std::move(loader)] {
    if (loading_ != number) return;
    const auto begin = Clock::now();
    auto shown = std::make_shared<std::pair<std::mutex, Clock::time_point>>();
    const Result<Loaded> loaded = loader(number, [this, number, shown](const LoadProgress& progress) {
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
    });
    if (loading_ != number) return;  // what was loaded goes with `loaded`
    if (!loaded) {
      to_gui([this, number, error = loaded.error()] {
        if (loading_ == number) give_up_loading(error);
      });
      return;
    }
    finish_loading(number, *loaded, std::chrono::duration<double>(Clock::now() - begin).count());
  });
}

void EngineBridge::finish_loading(quint64 number, const Loaded& loaded, double seconds) {
  const ModelInfo model = loaded.engine->model();
  const SchedulingOptions scheduling = loaded.engine->scheduling();
  const bool own_process = loaded.supervised != nullptr;
  replace_engine(loaded);
  to_gui([this, number, own_process, model, scheduling, seconds] {
    if (loading_ != number) return;
    EngineStatus status;
    status.kind = EngineStatus::Kind::kReady;
    status.folder = status_.folder;
    status.server = status_.server;
    status.model = model;
    status.load_seconds = seconds;
    status.own_process = own_process;
    engine_number_ = number;
    folder_in_use_ = status.folder;
    set_status(std::move(status));
    scheduling_ = scheduling;
    Q_EMIT schedulingChanged(scheduling_);
    Q_EMIT engineChanged();
  });
}

void EngineBridge::give_up_loading(std::optional<Error> why) {
  EngineStatus status = status_;
  status.kind = status.model_in_use ? EngineStatus::Kind::kReady : EngineStatus::Kind::kNone;
  if (status.model_in_use) status.folder = folder_in_use_;
  status.server = status.model_in_use ? status_.in_use : std::nullopt;
  status.model_in_use = false;
  status.in_use.reset();
  status.error = std::move(why);
  set_status(std::move(status));
}

void EngineBridge::cancel_load() {
  if (status_.kind != EngineStatus::Kind::kLoading) return;
  ++loading_;
  give_up_loading({});
}

void EngineBridge::unload() {
  ++loading_;
  engine_number_ = 0;
  set_status({});
  control_.post([this] {
    replace_engine({});
    to_gui([this] { Q_EMIT engineChanged(); });
  });
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
