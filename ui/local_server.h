#pragma once

#include "ui/server_service.h"
#include "ui/task_thread.h"

#include <QObject>
#include <QString>
#include <atomic>
#include <memory>
#include <optional>

namespace fovea::ui {

class EngineBridge;

/// The REST server that the window can switch on over the engine that it uses itself. Another model, other
/// wishes or the end of the window first let the questions under way be answered, for a while. Its functions
/// are called on the GUI thread and return at once; only the destructor waits.
class LocalServer : public QObject {
  Q_OBJECT

 public:
  enum class State {
    kUnavailable,  ///< this build has none
    kOff,
    kNoModel,  ///< on as soon as a model is loaded
    kStarting,
    kOn,
    kStopping,  ///< questions under way are finished first
    kFailed,    ///< error() says why
  };

  LocalServer(EngineBridge& bridge, ServerStarter starter, QObject* parent = nullptr);
  /// Waits for questions under way as long as for another model.
  ~LocalServer() override;

  /// Switches it on or off, or to other wishes; nothing if all is as it was and it did not fail.
  void set(bool on, const ServerWishes& wishes);
  /// Forgets the key; callers need the new one at once.
  void renew_key();

  bool on() const { return on_; }
  State state() const { return state_; }
  const QString& url() const { return url_; }  ///< while it is on
  const QString& key() const { return key_; }  ///< while it is on and needs one
  const std::optional<Error>& error() const { return error_; }
  std::int64_t under_way() const { return counts_->under_way; }
  std::int64_t answered() const { return counts_->answered; }

 Q_SIGNALS:
  void changed();

 private:
  void apply(const QString& forgotten_key_file = {});
  void set_state(State state);
  void stop_now();

  EngineBridge& bridge_;
  const ServerStarter starter_;
  const std::shared_ptr<ServerCounts> counts_ = std::make_shared<ServerCounts>();
  bool on_ = false;
  ServerWishes wishes_;
  State state_ = State::kOff;
  QString url_;
  QString key_;
  std::optional<Error> error_;
  std::atomic<quint64> wanted_{0};         // number of the wishes that count; older ones are not begun
  std::unique_ptr<RunningServer> server_;  // the thread's
  TaskThread thread_;                      // last: it ends before what it uses
};

}  // namespace fovea::ui
