// How an engine comes and goes: a model that is loaded, a server that is asked for its model, and what stays
// in use meanwhile.
#include "ui/engine_bridge.h"

#include <chrono>
#include <utility>

namespace fovea::ui {
namespace {

constexpr auto kProgressEvery = std::chrono::milliseconds(50);

using Clock = std::chrono::steady_clock;

}  // namespace

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

}  // namespace fovea::ui
