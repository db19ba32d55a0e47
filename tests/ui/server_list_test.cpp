// The servers in the list of models: kept, used again at the next start, removed and brought back; where keys
// are.
#include "server_window.h"
#include "servers_suites.h"
#include "ui/chat/chat_panel.h"
#include "ui/models/model_list_model.h"
#include "ui/models/model_panel.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QListView>
#include <QSettings>
#include <QTest>

using namespace fovea;
using namespace fovea::test;
using namespace fovea::ui;

namespace {

/// All that stands in the folder's files, together.
QByteArray everything_in(const QString& folder) {
  QByteArray all;
  QDirIterator files(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
  while (files.hasNext()) {
    QFile file(files.next());
    if (file.open(QIODevice::ReadOnly)) all += file.readAll();
  }
  return all;
}

}  // namespace

class ServerListTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    vault_ = std::make_shared<VaultState>();
  }

  void it_is_used_again_at_the_next_start_with_its_key_from_the_keyring() {
    ScriptedServer server(answers);
    {
      ServerWindow w(folder_->path(), vault_);
      const QString id = w.use(server, QStringLiteral("test-model"), QLatin1String(kServerKey));
      QTRY_VERIFY(w.bench.bridge.ready());
      QCOMPARE(vault_->keys[id], QLatin1String(kServerKey));
    }
    const QByteArray kept = everything_in(folder_->path());
    QVERIFY(kept.contains("test-model"));
    QVERIFY2(!kept.contains(kServerKey), "the key stands in a file");
    ServerWindow again(folder_->path(), vault_);
    again.bench.load_usual_model();
    QTRY_VERIFY(again.bench.bridge.ready());
    QVERIFY(again.bench.bridge.status().server.has_value());
    QCOMPARE(server.requests().back().headers.at("authorization"), std::string("Bearer ") + kServerKey);
    // A model of this machine takes its place, at the start after that too.
    again.bench.load_model(QStringLiteral("/models/scripted"));
    QTRY_VERIFY(again.bench.bridge.status().kind == EngineStatus::Kind::kReady);
    QVERIFY(read_settings(folder_->path() + QStringLiteral("/settings.ini")).server_in_use.isEmpty());
  }

  void without_a_keyring_the_key_is_for_this_run_and_it_is_said() {
    vault_->works = false;
    ScriptedServer server(answers);
    {
      ServerWindow w(folder_->path(), vault_);
      w.use(server, QStringLiteral("test-model"), QLatin1String(kServerKey));
      QTRY_VERIFY(w.bench.bridge.ready());
      QVERIFY(w.says_somewhere(
          QStringLiteral("The key is kept until the program ends, and in no file. No keyring runs.")));
    }
    QVERIFY(!everything_in(folder_->path()).contains(kServerKey));
    // The next run has none: it says so and asks nobody, with a wrong key least of all.
    const std::size_t asked = server.requests().size();
    ServerWindow again(folder_->path(), vault_);
    again.bench.load_usual_model();
    QTRY_VERIFY(again.says_somewhere(QStringLiteral("No keyring runs.")));
    QVERIFY(again.button(QStringLiteral("Edit")) != nullptr);
    vault_->works = true;
    again.bench.load_usual_model();
    QTRY_VERIFY(again.says_somewhere(QStringLiteral("is not kept any more. Enter it again under Edit.")));
    QCOMPARE(server.requests().size(), asked);
  }

  void removing_is_undone_with_the_key() {
    ScriptedServer server(answers);
    ServerWindow w(folder_->path(), vault_);
    const QString id = w.use(server, QStringLiteral("test-model"), QLatin1String(kServerKey));
    QTRY_VERIFY(w.bench.bridge.ready());
    ServerEntry reducing = *w.bench.servers.find(id);
    reducing.reduction = {800, 60};
    w.bench.servers.put(reducing, {});
    w.bench.servers.put({new_server_id(), QStringLiteral("http://127.0.0.1:2"), QStringLiteral("other")},
                        QString());
    auto* panel = w.window.findChild<ModelPanel*>();
    panel->choose(id);
    auto* list = panel->findChild<QListView*>();
    QTest::keyClick(&w.window, Qt::Key_3, Qt::AltModifier);
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Delete);
    QCOMPARE(w.bench.servers.entries().size(), std::size_t(1));
    QVERIFY(!vault_->keys.contains(id));
    QTRY_VERIFY2(!w.bench.bridge.ready(), "a server that was removed still answers");
    QVERIFY(w.says_somewhere(QStringLiteral("test-model on 127.0.0.1:%1 is removed.").arg(server.port())));
    QVERIFY(!everything_in(folder_->path()).contains(id.toUtf8()));
    QTest::mouseClick(w.button(QStringLiteral("Undo")), Qt::LeftButton);
    QVERIFY(w.bench.servers.entries().front() == reducing);  // where it was
    QCOMPARE(vault_->keys[id], QLatin1String(kServerKey));
    QCOMPARE(list->currentIndex().data(ModelListModel::kIdRole).toString(), id);
    w.bench.use_server(id);
    QTRY_VERIFY(w.bench.bridge.ready());
    QVERIFY(w.bench.servers.bring_back().isEmpty());  // once
  }

  void the_list_uses_a_server_by_keys_alone() {
    ScriptedServer server(answers);
    ServerWindow w(folder_->path(), vault_);
    const ServerEntry entry{new_server_id(), QString::fromStdString(server.address()),
                            QStringLiteral("test-model")};
    w.bench.servers.put(entry, QString());
    auto* panel = w.window.findChild<ModelPanel*>();
    auto* list = panel->findChild<QListView*>();
    QTRY_COMPARE(list->model()->rowCount(), 2);  // the model of this machine is above
    panel->choose(entry.id);
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Return);
    QTRY_VERIFY(w.bench.bridge.ready());
    QCOMPARE(w.bench.bridge.status().server->id, entry.id.toStdString());
    QCOMPARE(list->currentIndex().data(ModelListModel::kVerdictRole).toString(),
             QStringLiteral("in use: a server on this machine"));
    QVERIFY(list->model()->index(0, 0).data(ModelListModel::kIdRole).toString() != entry.id);
    w.bench.unload();
    QTRY_VERIFY(!w.bench.bridge.ready());
    QVERIFY(w.bench.settings.server_in_use.isEmpty());
  }

  void a_server_is_never_unloaded_for_idleness() {
    ScriptedServer server(answers);
    ServerWindow w(folder_->path(), vault_);
    Settings settings = w.bench.settings;
    settings.unload_after_minutes = 1;
    w.bench.set_settings(settings);
    w.use(server);
    QTRY_VERIFY(w.bench.bridge.ready());
    QVERIFY(!w.bench.may_unload(3'600'000));
    w.bench.load_model(QStringLiteral("/models/scripted"));
    QTRY_VERIFY(w.bench.bridge.status().kind == EngineStatus::Kind::kReady &&
                !w.bench.bridge.status().server);
    QVERIFY(w.bench.may_unload(3'600'000));
  }

  void making_pictures_smaller_is_kept_and_off_in_older_files() {
    const QString file = folder_->path() + QStringLiteral("/settings.ini");
    Settings settings;
    settings.servers = {
        {QStringLiteral("1"), QStringLiteral("a"), QStringLiteral("m"), false, false, {640, 40}},
        {QStringLiteral("2"), QStringLiteral("b"), QStringLiteral("n")}};
    QVERIFY(write_settings(settings, file));
    QVERIFY(read_settings(file).servers == settings.servers);
    QVERIFY(!read_settings(file).servers[1].reduction.wanted());
    const auto set = [&](const char* name, const QVariant& value) {
      QSettings ini(file, QSettings::IniFormat);
      const QString key = QStringLiteral("servers/1/") + QLatin1String(name);
      value.isValid() ? ini.setValue(key, value) : ini.remove(key);
    };
    set("upload_side", 20);
    set("upload_quality", 500);
    QVERIFY(read_settings(file).servers[0].reduction ==
            (UploadReduction{UploadReduction::kLeastSide, UploadReduction::kMostQuality}));
    set("upload_side", -1);
    QVERIFY(!read_settings(file).servers[0].reduction.wanted());
    set("upload_side", {});
    set("upload_quality", {});
    QCOMPARE(read_settings(file).servers[0].address, QStringLiteral("a"));
    QVERIFY(read_settings(file).servers[0].reduction == UploadReduction());
  }

  void settings_that_make_no_sense_are_left_out() {
    const QString file = folder_->path() + QStringLiteral("/settings.ini");
    Settings settings;
    settings.servers = {{QStringLiteral("1"), QStringLiteral("a"), QStringLiteral("m"), true, true},
                        {QStringLiteral("2"), {}, QStringLiteral("m")},
                        {{}, QStringLiteral("a"), QStringLiteral("m")},
                        {QStringLiteral("3"), QStringLiteral("b"), QStringLiteral("n")}};
    QVERIFY(write_settings(settings, file));
    QVERIFY(read_settings(file).servers == (std::vector{settings.servers[0], settings.servers[3]}));
    settings.servers.clear();
    QVERIFY(write_settings(settings, file));
    QVERIFY(read_settings(file).servers.empty());
  }

 private:
  std::unique_ptr<QTemporaryDir> folder_;
  std::shared_ptr<VaultState> vault_;
};

std::unique_ptr<QObject> server_list_suite() {
  return std::make_unique<ServerListTest>();
}

#include <server_list_test.moc>
