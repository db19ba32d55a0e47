#pragma once

#include "ui/attachment_loader.h"
#include "ui/bench_runner.h"
#include "ui/chat_session.h"
#include "ui/engine_bridge.h"
#include "ui/history_store.h"
#include "ui/lab_services.h"
#include "ui/local_server.h"
#include "ui/monitor_watch.h"
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
  explicit Workbench(WindowServices services, LabServices lab = {}, QObject* parent = nullptr);

  const WindowServices services;
  const LabServices lab;
  Settings settings;
  EngineBridge bridge;
  HistoryStore store;
  ChatSession session;
  AttachmentLoader loader;
  LocalServer server;  // after the bridge, so that it ends first
  BenchRunner runner;
  MonitorWatch monitor;
  bool lab_open = false;  ///< measuring is shown in place of the chat

  /// Loads the model of the last time, or the one in the box.
  void load_usual_model();
  /// While a run goes on it is only noted, and loaded with the next question.
  void load_model(const QString& folder);
  /// Folder of the model of the last time, or of the one in the box; empty: there is none.
  QString usual_model() const;
  /// Frees the model for a run, which loads it itself; it comes back with the next question.
  void rest();
  void new_chat();
  /// Keeps them in the settings file too, and has the server follow them.
  void set_settings(const Settings& changed);
  /// Frees the model if nothing was asked for as long as the settings say, and no server needs it; call now
  /// and then.
  void unload_if_idle();
  /// Whether it would, after so many milliseconds without a question.
  bool may_unload(qint64 idle_ms) const;
  /// Whether the model was freed for idleness or a run and comes back with the next question.
  bool asleep() const { return asleep_; }

 private:
  void wake();
  void follow_server_settings();
  QString settings_file() const;

  QElapsedTimer since_asked_;
  bool asleep_ = false;
};

}  // namespace fovea::ui
