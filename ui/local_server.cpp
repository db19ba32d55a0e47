#include "ui/local_server.h"

#include "ui/engine_bridge.h"

#include <QFile>
#include <utility>

namespace fovea::ui {
namespace {

constexpr double kDrainSeconds = 10.0;

}  // namespace

LocalServer::LocalServer(EngineBridge& bridge, ServerStarter starter, QObject* parent)
    : QObject(parent), bridge_(bridge), starter_(std::move(starter)) {
  if (!starter_) state_ = State::kUnavailable;
  connect(&bridge_, &EngineBridge::engineChanged, this, [this] {
    if (on_) apply();
  });
}

LocalServer::~LocalServer() {
  ++wanted_;
  thread_.clear();
  thread_.post([this] { stop_now(); });
  thread_.finish();
}

void LocalServer::set(bool on, const ServerWishes& wishes) {
  if (!starter_) return;
  const bool same = on == on_ && wishes == wishes_;
  if (same && state_ != State::kFailed) return;
  const bool was_on = on_;
  on_ = on;
  wishes_ = wishes;
  if (on_ || was_on) apply();
}

void LocalServer::renew_key() {
  if (on_ && wishes_.needs_key) apply(QString::fromStdString(wishes_.key_file));
}

/// The thread's: ends what runs.
void LocalServer::stop_now() {
  if (!server_) return;
  server_->drain(kDrainSeconds);
  server_.reset();
}

void LocalServer::apply(const QString& forgotten_key_file) {
  const quint64 number = ++wanted_;
  error_.reset();
  const bool runs = state_ == State::kOn || state_ == State::kStopping;
  set_state(runs ? State::kStopping : on_ ? State::kStarting : State::kOff);
  std::shared_ptr<Engine> engine = bridge_.engine();
  thread_.post([this, number, on = on_, wishes = wishes_, engine = std::move(engine), forgotten_key_file] {
    stop_now();
    if (!forgotten_key_file.isEmpty()) QFile::remove(forgotten_key_file);
    if (number != wanted_) return;
    const auto tell = [this, number](auto call) {
      QMetaObject::invokeMethod(
          this,
          [this, number, call] {
            if (number == wanted_) call();
          },
          Qt::QueuedConnection);
    };
    if (!on || !engine) return tell([this, on] { set_state(on ? State::kNoModel : State::kOff); });
    Result<std::unique_ptr<RunningServer>> server = starter_(engine, wishes, counts_);
    if (!server) {
      return tell([this, error = server.error()] {
        error_ = error;
        set_state(State::kFailed);
      });
    }
    server_ = std::move(*server);
    tell([this, url = QString::fromStdString(server_->url()), key = QString::fromStdString(server_->key())] {
      url_ = url;
      key_ = key;
      set_state(State::kOn);
    });
  });
}

void LocalServer::set_state(State state) {
  state_ = state;
  if (state != State::kOn) {
    url_.clear();
    key_.clear();
  }
  Q_EMIT changed();
}

}  // namespace fovea::ui
