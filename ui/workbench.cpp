#include "ui/workbench.h"

#include <QFileInfo>
#include <QUrl>
#include <string>
#include <utility>

namespace fovea::ui {
namespace {

constexpr qint64 kMsAMinute = 60'000;

}  // namespace

Workbench::Workbench(WindowServices given, LabServices given_lab, QObject* parent)
    : QObject(parent),
      services(std::move(given)),
      lab(std::move(given_lab)),
      settings(read_settings(settings_file())),
      bridge(services),
      store(QString::fromStdString(services.state_folder)),
      session(bridge, store),
      loader(services),
      server(bridge, services.start_server),
      servers(services.remote, services.key_vault ? services.key_vault() : system_key_vault(),
              settings.servers),
      probe(services.remote),
      runner(lab.measure_run, QString::fromStdString(services.state_folder) + QStringLiteral("/runs")),
      monitor(lab.monitor, QString::fromStdString(services.state_folder) + QStringLiteral("/monitor.ini")) {
  since_asked_.start();
  connect(&session, &ChatSession::runningChanged, this, [this] { since_asked_.restart(); });
  connect(&session, &ChatSession::submitting, this, &Workbench::wake);
  // Other programs' questions can't bring the model back, as those of the chat do.
  connect(&runner, &BenchRunner::runningChanged, this, [this] {
    if (server.on()) wake();
  });
  connect(&server, &LocalServer::changed, this, [this] {
    const bool on = server.state() == LocalServer::State::kOn;
    // Asked over this machine's own address, also where other machines may call: the key goes nowhere else.
    const int port = QUrl(server.url()).port(settings.server_port);
    monitor.set_server(
        on ? WatchedServer{"http://127.0.0.1:" + std::to_string(port), server.key().toStdString()}
           : WatchedServer());
  });
  monitor.start();
  connect(&servers, &RemoteServers::changed, this, [this] {
    Settings changed = settings;
    changed.servers = servers.entries();
    set_settings(changed);
    if (!settings.server_in_use.isEmpty() && servers.find(settings.server_in_use) == nullptr) unload();
  });
  connect(&bridge, &EngineBridge::engineChanged, this, &Workbench::follow_adapter);
  connect(&bridge, &EngineBridge::statusChanged, this, [this] {
    const EngineStatus& status = bridge.status();
    if (!adapter_wish_ || status.kind == EngineStatus::Kind::kLoading || !status.error) return;
    const AdapterWish wish = *std::exchange(adapter_wish_, std::nullopt);
    if (wish.chosen_before) Q_EMIT adapterUnusable(wish.model, *status.error);
  });
  new_chat();
  follow_server_settings();
}

QString Workbench::settings_file() const {
  return QString::fromStdString(services.state_folder) + QStringLiteral("/settings.ini");
}

QString Workbench::usual_model() const {
  const QString last = settings.model_folder;
  const bool there = !last.isEmpty() && QFileInfo::exists(last + QStringLiteral("/config.json"));
  return there ? last : QString::fromStdString(services.bundled_model);
}

void Workbench::load_usual_model() {
  if (servers.available() && servers.find(settings.server_in_use) != nullptr)
    return use_server(settings.server_in_use);
  const QString folder = usual_model();
  const QString last = settings.model_folder;
  if (!folder.isEmpty()) load_model(folder);
  if (last.isEmpty() || folder == last) return;
  Settings kept = settings;
  kept.model_folder = last;
  set_settings(kept);
  Q_EMIT modelGone(last);
}

void Workbench::rest() {
  if (!bridge.ready()) return;
  asleep_ = true;
  bridge.unload();
}

void Workbench::use_server(const QString& id) {
  const ServerEntry* entry = servers.find(id);
  if (entry == nullptr) return;
  asleep_ = false;
  adapter_wish_.reset();
  Settings changed = settings;
  changed.server_in_use = id;
  set_settings(changed);
  servers.call_for(
      id, [this, id, wish = ++wish_, source = servers.source(*entry)](const Result<ServerCall>& call) {
        if (wish_ != wish) return;
        if (!call) {
          Q_EMIT serverUnusable(id, call.error());
        } else {
          bridge.connect_to(*call, source);
        }
      });
}

void Workbench::unload() {
  ++wish_;
  adapter_wish_.reset();
  asleep_ = false;
  Settings changed = settings;
  changed.server_in_use.clear();
  set_settings(changed);
  bridge.unload();
}

void Workbench::load_model(const QString& folder) {
  QString adapter = adapter_of(folder);
  if (!adapter.isEmpty() && !QFileInfo::exists(adapter)) {
    Q_EMIT adapterGone(folder, adapter);
    adapter.clear();
  }
  adapter_wish_.reset();
  if (!adapter.isEmpty()) adapter_wish_ = AdapterWish{folder, adapter, adapter, true};
  load(folder, adapter);
}

void Workbench::load_folder(const QString& folder) {
  if (QFileInfo::exists(folder + QStringLiteral("/config.json"))) {
    Settings changed = settings;
    changed.model_folders.removeAll(folder);
    changed.model_folders.prepend(folder);
    changed.model_folders = changed.model_folders.mid(0, kMostModelFolders);
    set_settings(changed);
  }
  load_model(folder);
}

void Workbench::load(const QString& folder, const QString& adapter) {
  ++wish_;
  asleep_ = runner.running();
  since_asked_.restart();
  EngineOptions options = wished_engine(settings);
  options.model_folder = folder.toStdString();
  options.adapter_folder = adapter.toStdString();
  options.calibrate = true;
  if (!asleep_) bridge.load(options, settings.engine_place);
  Settings changed = settings;
  changed.server_in_use.clear();
  changed.model_folder = folder == QString::fromStdString(services.bundled_model) ? QString() : folder;
  set_settings(changed);
}

void Workbench::new_chat() {
  ChatOptions options;
  options.system_prompt = settings.system_prompt;
  if (settings.temperature >= 0.0) options.temperature = settings.temperature;
  options.max_new_tokens = settings.max_new_tokens;
  session.begin_new(options);
}

void Workbench::set_settings(const Settings& changed) {
  settings = changed;
  write_settings(settings, settings_file());
  follow_server_settings();
}

void Workbench::follow_server_settings() {
  ServerWishes wishes;
  wishes.port = std::uint16_t(settings.server_port);
  wishes.needs_key = settings.server_key;
  wishes.network = settings.server_network;
  wishes.key_file = services.state_folder + "/server-key";
  server.set(settings.server_on, wishes);
}

bool Workbench::may_unload(qint64 idle_ms) const {
  const qint64 limit = settings.unload_after_minutes * kMsAMinute;
  if (limit == 0 || server.on() || session.running() || bridge.status().server) return false;
  return bridge.status().kind == EngineStatus::Kind::kReady && idle_ms >= limit;
}

void Workbench::unload_if_idle() {
  if (!may_unload(since_asked_.elapsed())) return;
  asleep_ = true;
  bridge.unload();
}

void Workbench::wake() {
  if (!asleep_ || runner.running()) return;
  load_usual_model();
}

}  // namespace fovea::ui
