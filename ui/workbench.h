#pragma once

#include "ui/attachment_loader.h"
#include "ui/bench_runner.h"
#include "ui/chat_session.h"
#include "ui/engine_bridge.h"
#include "ui/history_store.h"
#include "ui/lab_services.h"
#include "ui/local_server.h"
#include "ui/monitor_watch.h"
#include "ui/remote_servers.h"
#include "ui/server_probe.h"
#include "ui/services.h"
#include "ui/settings.h"

#include <QElapsedTimer>
#include <QObject>
#include <QStandardPaths>
#include <optional>

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
  RemoteServers servers;
  ServerProbe probe;
  BenchRunner runner;
  MonitorWatch monitor;
  bool lab_open = false;  ///< measuring is shown in place of the chat
  QString export_folder = QStandardPaths::writableLocation(
      QStandardPaths::DocumentsLocation);  ///< where a chat was exported last

  /// Loads the model of the last time or asks the server of the last time; else the model in the box. A model
  /// whose folder is gone is loaded again at the first start at which it is back.
  void load_usual_model();
  /// While a run goes on it is only noted, and loaded with the next question.
  void load_model(const QString& folder);
  /// Loads from a folder that was chosen by hand; where it holds a model, it is listed from now on.
  void load_folder(const QString& folder);
  /// Loads the model of this machine that is in use anew, with this LoRA adapter; empty: without one. It
  /// stays with that model once this went well; until then, and if it does not, all is as it was. Nothing
  /// while no such model is loaded.
  void set_adapter(const QString& folder);
  /// The model is loaded without the adapter that was chosen for it, from now on.
  void load_without_adapter(const QString& model);
  /// The folder of the adapter that was chosen for a model; empty: none was.
  QString adapter_of(const QString& model) const;
  /// Takes a server elsewhere as the engine, now and at the next start.
  void use_server(const QString& id);
  /// Frees the model, or lets go of the server: the next start has the model of this machine.
  void unload();
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

 Q_SIGNALS:
  /// The server `id` was to be used, but its key could not be had.
  void serverUnusable(const QString& id, const fovea::Error& why);
  /// The model of the last time is not at its place: the one in the box is loaded.
  void modelGone(const QString& folder);
  /// A model has another adapter than before: folders, empty for none.
  void adapterChanged(const QString& model, const QString& before, const QString& now);
  /// A model is loaded without the adapter that was chosen for it, whose folder is gone.
  void adapterGone(const QString& model, const QString& adapter);
  /// A model could not be loaded with the adapter that was chosen for it.
  void adapterUnusable(const QString& model, const fovea::Error& why);

 private:
  /// An adapter that is being tried: remembered once the model is there with it.
  struct AdapterWish {
    QString model;
    QString before;
    QString now;
    bool chosen_before = false;
  };

  void load(const QString& model, const QString& adapter);
  void follow_adapter();
  void wake();
  void follow_server_settings();
  QString settings_file() const;

  QElapsedTimer since_asked_;
  quint64 wish_ = 0;  // number of the model or server that was wished for last
  bool asleep_ = false;
  std::optional<AdapterWish> adapter_wish_;
};

}  // namespace fovea::ui
