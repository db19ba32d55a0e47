// Servers elsewhere as engines: choosing, adding and removing them, and what left this machine.
#include "ui/chat/chat_panel.h"
#include "ui/connections/connections_dialog.h"
#include "ui/core_words.h"
#include "ui/image/image_panel.h"
#include "ui/main_window.h"
#include "ui/models/model_list_model.h"
#include "ui/models/model_panel.h"
#include "ui/models/remote_server_dialog.h"
#include "ui/performance/speed_panel.h"
#include "ui/server/server_dialog.h"
#include "ui/workbench.h"

#include <QTabWidget>
#include <utility>

namespace fovea::ui {

void MainWindow::connect_servers() {
  connect(models_, &ModelPanel::serverWanted, &bench_, &Workbench::use_server);
  connect(models_, &ModelPanel::addServerWanted, this, [this] { edit_server({}); });
  connect(models_, &ModelPanel::editServerWanted, this, &MainWindow::edit_server);
  connect(models_, &ModelPanel::removeServerWanted, this, &MainWindow::remove_server);
  connect(models_, &ModelPanel::undoWanted, this, &MainWindow::bring_server_back);
  connect(chat_, &ChatPanel::connectionsWanted, this, &MainWindow::open_connections);
  connect(&bench_.servers, &RemoteServers::changed, this, &MainWindow::show_servers);
  connect(&bench_.servers, &RemoteServers::keptForThisRun, this, [this](const QString& why) {
    chat_->show_notice(tr("The key is kept until the program ends, and in no file. %1").arg(why));
  });
  connect(&bench_, &Workbench::serverUnusable, this, [this](const QString& id, const Error& why) {
    chat_->show_notice(core_words(why), tr("Edit"), [this, id] { edit_server(id); });
  });
  show_servers();
}

void MainWindow::show_servers() {
  std::vector<ServerRow> rows;
  for (const ServerEntry& entry : bench_.servers.entries())
    rows.push_back({entry, bench_.servers.source(entry).place});
  models_->set_servers(std::move(rows));
}

void MainWindow::show_destination() {
  const EngineStatus& status = bench_.bridge.status();
  const auto& server = status.destination();
  const QString host = server ? QString::fromStdString(server->place.host) : QString();
  const int longest_side = server ? server->reduction.longest_side : 0;
  chat_->set_destination(host, server && server->place.loopback, longest_side);
  const bool known = bench_.bridge.ready() && !server;
  if (auto* dialog = findChild<ServerDialog*>())
    dialog->set_destination(host, server && server->place.loopback, longest_side);
  image_->set_model(known ? status.model.patch_size : 0, known ? status.model.merge_size : 0,
                    server ? tr("%1 prepares the pictures as it is set up there").arg(host) : QString());
  speed_->set_engine_ready(status.kind == EngineStatus::Kind::kReady, host);
}

void MainWindow::edit_server(const QString& id) {
  if (!bench_.servers.available()) return;
  if (auto* open = findChild<RemoteServerDialog*>()) {
    open->raise();
    return open->activateWindow();
  }
  const ServerEntry* found = bench_.servers.find(id);
  auto* dialog = new RemoteServerDialog(bench_.servers, bench_.probe,
                                        found == nullptr ? std::nullopt : std::optional(*found), this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &QDialog::accepted, this, [this, dialog] {
    const ServerEntry entry = dialog->entry();
    bench_.servers.put(entry, dialog->key());
    open_inspector(true);
    inspector_->setCurrentWidget(models_);
    models_->choose(entry.id);
    // The one in use goes on as it is now.
    if (bench_.settings.server_in_use == entry.id) bench_.use_server(entry.id);
  });
  dialog->open();
}

void MainWindow::remove_server(const QString& id) {
  const ServerEntry* entry = bench_.servers.find(id);
  if (entry == nullptr) return;
  const QString name = entry->model;
  const QString host = QString::fromStdString(bench_.servers.source(*entry).place.host);
  bench_.servers.remove(id);
  chat_->show_notice(tr("%1 on %2 is removed.").arg(name, host), tr("Undo"), [this] { bring_server_back(); });
}

void MainWindow::bring_server_back() {
  if (const QString id = bench_.servers.bring_back(); !id.isEmpty()) models_->choose(id);
}

void MainWindow::open_connections() {
  if (auto* open = findChild<ConnectionsDialog*>()) {
    open->raise();
    return open->activateWindow();
  }
  auto* dialog = new ConnectionsDialog(bench_.services.remote.ledger, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->show();
}

}  // namespace fovea::ui
