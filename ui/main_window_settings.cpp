// The window's settings and those of a chat.
#include "ui/chat/chat_options_dialog.h"
#include "ui/chat/chat_panel.h"
#include "ui/main_window.h"
#include "ui/models/model_panel.h"
#include "ui/server/server_dialog.h"
#include "ui/server_words.h"
#include "ui/settings/settings_dialog.h"
#include "ui/workbench.h"

#include <QPushButton>
#include <algorithm>

namespace fovea::ui {

void MainWindow::open_settings() {
  remember_layout();
  SettingsDialog dialog(bench_.settings, QString::fromStdString(bench_.services.state_folder), this);
  const Settings before = bench_.settings;
  connect(&dialog, &SettingsDialog::changed, this,
          [this](const Settings& changed) { bench_.set_settings(changed); });
  const auto tell_gpus = [&dialog](const std::vector<GpuReading>& gpus) {
    QStringList names;
    for (const GpuReading& gpu : gpus) names.append(QString::fromStdString(gpu.name));
    dialog.set_gpus(names);
  };
  if (gpu_watch_.last()) tell_gpus(*gpu_watch_.last());
  connect(&gpu_watch_, &GpuWatch::looked, &dialog, tell_gpus);
  bool server = false;
  connect(&dialog, &SettingsDialog::serverWanted, this, [&server] { server = true; });
  dialog.exec();
  if (server) open_server();
  const Settings& now = bench_.settings;
  if (now.device != before.device || now.weights != before.weights ||
      now.weights_by_row != before.weights_by_row || now.kv_cache_type != before.kv_cache_type ||
      now.threads != before.threads || now.compute_type != before.compute_type ||
      now.engine_place != before.engine_place)
    offer_reload();
  if (now.theme != before.theme || now.language != before.language || now.text_scale != before.text_scale)
    Q_EMIT lookChanged();
}

void MainWindow::offer_reload() {
  models_->set_wishes(wished_engine(bench_.settings));
  const EngineStatus& status = bench_.bridge.status();
  if (status.kind != EngineStatus::Kind::kReady || status.server) return;
  chat_->show_notice(tr("The loaded model keeps its settings until it is loaded again."), tr("Load again"),
                     [this] { bench_.load_model(QString::fromStdString(bench_.bridge.status().folder)); });
}

void MainWindow::open_server() {
  if (auto* open = findChild<ServerDialog*>()) {
    open->raise();
    return open->activateWindow();
  }
  auto* dialog = new ServerDialog(bench_.settings, bench_.server, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &ServerDialog::changed, this, [this](const Settings& changed) {
    Settings settings = bench_.settings;
    settings.server_on = changed.server_on;
    settings.server_port = changed.server_port;
    settings.server_key = changed.server_key;
    settings.server_network = changed.server_network;
    bench_.set_settings(settings);
  });
  show_destination();
  dialog->show();
}

void MainWindow::show_server() {
  server_button_->setText(server_short_text(bench_.server));
  server_button_->setAccessibleName(tr("Local server: %1").arg(server_state_text(bench_.server)));
  server_button_->setToolTip(QStringLiteral("%1 (Ctrl+Shift+L)").arg(server_button_->accessibleName()));
}

void MainWindow::open_chat_options() {
  ChatOptionsDialog dialog(bench_.session.options(), bench_.settings.presets,
                           bench_.bridge.status().model.reasons, this);
  connect(&dialog, &ChatOptionsDialog::presetsChanged, this, [this](const std::vector<Preset>& presets) {
    Settings changed = bench_.settings;
    changed.presets = presets;
    bench_.set_settings(changed);
  });
  if (dialog.exec() == QDialog::Accepted) {
    bench_.session.set_options(dialog.options());
    forecast_.renew();
  }
}

void MainWindow::zoom_text(double factor) {
  Settings changed = bench_.settings;
  changed.text_scale = factor == 0.0 ? 1.0 : std::clamp(changed.text_scale * factor, 0.8, 1.6);
  if (changed.text_scale == bench_.settings.text_scale) return;
  bench_.set_settings(changed);
  Q_EMIT lookChanged();
}

}  // namespace fovea::ui
