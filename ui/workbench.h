#pragma once

#include "ui/attachment_loader.h"
#include "ui/chat_session.h"
#include "ui/engine_bridge.h"
#include "ui/history_store.h"
#include "ui/local_server.h"
#include "ui/services.h"
#include "ui/settings.h"

#include <QElapsedTimer>
#include <QObject>

namespace fovea::ui {

/// What works behind the window and outlives it: engine, history, the open chat, the settings. A window that
/// is built anew (another language or theme) takes it up as it is. GUI thread.
class Workbench : public QObject {
  Q_OBJECT

 public:
  explicit Workbench(WindowServices services, QObject* parent = nullptr);

  const WindowServices services;
  Settings settings;
  EngineBridge bridge;
  HistoryStore store;
  ChatSession session;
  AttachmentLoader loader;
  LocalServer server;  // after the bridge, so that it ends first

  /// Loads the model of the last time, or the one in the box.
  void load_usual_model();
  void load_model(const QString& folder);
  void new_chat();
  /// Keeps them in the settings file too, and has the server follow them.
  void set_settings(const Settings& changed);
  /// Frees the model if nothing was asked for as long as the settings say, and no server needs it; call now
  /// and then.
  void unload_if_idle();
  /// Whether it would, after so many milliseconds without a question.
  bool may_unload(qint64 idle_ms) const;
  /// Whether the model was freed for idleness and comes back with the next question.
  bool asleep() const { return asleep_; }

 private:
  void wake();
  void follow_server_settings();
  QString settings_file() const;

  QElapsedTimer since_asked_;
  bool asleep_ = false;
};

}  // namespace fovea::ui
