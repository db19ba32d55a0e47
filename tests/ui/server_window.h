#pragma once

#include "app/window/remote_services.h"
#include "memory_vault.h"
#include "test_services.h"
#include "tests/core/remote/scripted_server.h"
#include "ui/main_window.h"
#include "ui/workbench.h"

#include <QAbstractButton>
#include <QLabel>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

namespace fovea::test {

inline constexpr auto kServerKey = "sk-never-in-a-file";

/// What a server does that answers every question in the same words.
inline void answers(const WireRequest&, WireConnection& connection) {
  connection.begin_stream();
  connection.send(whole_answer());
}

/// The window's services with real HTTP behind them, a scripted engine for models of this machine, and a
/// keyring in memory.
inline ui::WindowServices server_services(const QString& folder, const std::shared_ptr<VaultState>& vault) {
  ui::WindowServices services =
      scripted_services({scripted_model(), {says("here"), finishes(1)}, {}, {}, {}, {}}, folder);
  services.remote = remote_services(std::make_shared<OutboundLedger>());
  services.key_vault = [vault] { return std::make_unique<MemoryVault>(vault); };
  return services;
}

/// A window over them, in a folder and with a keyring that outlive it.
struct ServerWindow {
  ServerWindow(const QString& folder, const std::shared_ptr<VaultState>& vault)
      : bench(server_services(folder, vault), measuring()), window(bench) {
    window.resize(1280, 800);
    window.show();
    window.activateWindow();  // for its shortcuts
    if (!QTest::qWaitForWindowActive(&window)) qWarning("the window has no focus");
  }

  /// Keeps the server, and uses it.
  QString use(const ScriptedServer& server, const QString& model = QStringLiteral("test-model"),
              const QString& key = {}, const UploadReduction& reduction = {}) {
    const ui::ServerEntry entry{ui::new_server_id(),
                                QString::fromStdString(server.address()),
                                model,
                                !key.isEmpty(),
                                false,
                                reduction};
    bench.servers.put(entry, key);
    bench.use_server(entry.id);
    return entry.id;
  }
  const ui::ChatMessage& last() { return bench.session.messages().back(); }
  /// Whether a visible label of the window or one of its dialogs says so, wherever in its text.
  bool says_somewhere(const QString& text) {
    for (auto* label : window.findChildren<QLabel*>()) {
      if (label->isVisible() && label->text().contains(text)) return true;
    }
    return false;
  }
  QAbstractButton* button(const QString& name) {
    for (auto* one : window.findChildren<QAbstractButton*>()) {
      if (one->isVisible() && one->text() == name) return one;
    }
    return nullptr;
  }
  template <typename Widget>
  Widget* named(const QString& accessible_name) {
    for (auto* one : window.findChildren<Widget*>()) {
      if (one->accessibleName() == accessible_name) return one;
    }
    return nullptr;
  }

  /// So that measuring is there; nothing is measured.
  static ui::LabServices measuring() {
    ui::LabServices lab;
    lab.measure_run = [](const ui::RunOrder&, const ui::RunWatcher&, const bench::Stopped&) {
      return Result<void>();
    };
    return lab;
  }

  ui::Workbench bench;
  ui::MainWindow window;
};

}  // namespace fovea::test
