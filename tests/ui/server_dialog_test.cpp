// Adding a server elsewhere, against a real HTTP server: what is asked of it, what is kept, and each fault in
// words.
#include "accessible_tree.h"
#include "server_window.h"
#include "servers_suites.h"
#include "ui/models/remote_server_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QTest>

using namespace fovea;
using namespace fovea::test;
using namespace fovea::ui;

namespace {

/// A dialog with its servers, and what a user does with it.
struct Opened {
  explicit Opened(const std::optional<ServerEntry>& entry = {},
                  const std::shared_ptr<VaultState>& state = std::make_shared<VaultState>())
      : vault(state),
        servers(remote_services(std::make_shared<OutboundLedger>()), std::make_unique<MemoryVault>(state),
                entry ? std::vector{*entry} : std::vector<ServerEntry>()),
        probe(servers.services()),
        dialog(servers, probe, entry) {
    dialog.show();
  }

  template <typename Widget>
  Widget* named(const QString& name) {
    for (auto* one : dialog.findChildren<Widget*>()) {
      if (one->accessibleName() == name) return one;
    }
    return nullptr;
  }
  void enter(const QString& address, const QString& key = {}, const QString& model = {}) {
    named<QLineEdit>(QStringLiteral("Address"))->setText(address);
    named<QCheckBox>(QStringLiteral("It wants a key"))->setChecked(!key.isEmpty());
    named<QLineEdit>(QStringLiteral("Key"))->setText(key);
    model_box()->setEditText(model);
  }
  void press(const QString& name) { QTest::mouseClick(named<QPushButton>(name), Qt::LeftButton); }
  QComboBox* model_box() { return named<QComboBox>(QStringLiteral("Model")); }
  QString said() {
    QString text;
    for (auto* label : dialog.findChildren<QLabel*>()) {
      if (label->isVisible()) text += label->text() + u'\n';
    }
    return text;
  }
  bool waits() { return named<QProgressBar>(QStringLiteral("The server is asked"))->isVisible(); }

  std::shared_ptr<VaultState> vault;
  RemoteServers servers;
  ServerProbe probe;
  RemoteServerDialog dialog;
};

QString address_of(const ScriptedServer& server) {
  return QString::fromStdString(server.address());
}

}  // namespace

class ServerDialogTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void no_field_is_cut() {
    Opened o;
    const auto cut = [&o] {
      QStringList names;
      for (auto* field : o.dialog.findChildren<QWidget*>()) {
        const bool whole =
            qobject_cast<QComboBox*>(field->parentWidget()) == nullptr;  // its own line is a part of it
        if (whole && field->isVisible() && !field->accessibleName().isEmpty() &&
            field->height() < field->minimumSizeHint().height())
          names.append(field->accessibleName());
      }
      return names.join(u' ');
    };
    QCoreApplication::processEvents();
    QCOMPARE(cut(), QString());
    // Another field, and words over several lines.
    o.enter(QStringLiteral("http://server.example.org:8000"), QStringLiteral("key"));
    QTRY_COMPARE(cut(), QString());
  }

  void nothing_in_it_is_nameless() {
    Opened o;
    o.named<QCheckBox>(QStringLiteral("It wants a key"))->setChecked(true);
    QTest::qWait(50);
    const QStringList nameless = fovea::test::nameless_in(o.dialog);
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u'\n')));
    QVERIFY(fovea::test::elements_of(o.dialog).size() > 8);
  }

  void the_only_model_is_found_tried_and_kept() {
    ScriptedServer server(answers);
    Opened o;
    o.enter(address_of(server), QLatin1String(kServerKey));
    o.press(QStringLiteral("Add"));
    QTRY_COMPARE(o.dialog.result(), int(QDialog::Accepted));
    const ServerEntry entry = o.dialog.entry();
    QCOMPARE(entry.model, QStringLiteral("test-model"));
    QVERIFY(entry.has_key && !entry.insecure_key);
    QCOMPARE(*o.dialog.key(), QLatin1String(kServerKey));
    const std::vector<WireRequest> asked = server.questions();
    QCOMPARE(asked.size(), std::size_t(1));
    QVERIFY2(asked[0].body.find("data:image/png;base64") != std::string::npos, "tried without a picture");
    for (const WireRequest& request : server.requests())
      QCOMPARE(request.headers.at("authorization"), std::string("Bearer ") + kServerKey);
    QCOMPARE(o.vault->asked, 0);  // keeping it is not the dialog's business
  }

  void of_several_models_one_is_chosen() {
    ScriptedServer server(answers, {"first", "second"});
    Opened o;
    o.enter(address_of(server));
    o.press(QStringLiteral("Ask for its models"));
    QTRY_COMPARE(o.model_box()->count(), 2);
    QVERIFY(o.said().contains(QStringLiteral("It has 2 models.")));
    QVERIFY(o.model_box()->currentText().isEmpty());
    o.model_box()->hidePopup();
    o.model_box()->setCurrentIndex(1);
    o.press(QStringLiteral("Test"));
    QTRY_VERIFY(o.said().contains(QStringLiteral("takes pictures")));
    QVERIFY(server.questions()[0].body.find("\"second\"") != std::string::npos);
    QCOMPARE(o.dialog.result(), 0);
    o.press(QStringLiteral("Add"));  // at once: it was tried
    QCOMPARE(o.dialog.result(), int(QDialog::Accepted));
    QCOMPARE(server.questions().size(), std::size_t(1));
  }

  void faults_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("words");
    QTest::newRow("refused") << QStringLiteral("refused") << QStringLiteral("No server answers at");
    QTest::newRow("not found") << QStringLiteral("404") << QStringLiteral("no list of models");
    QTest::newRow("wrong key") << QStringLiteral("401") << QStringLiteral("does not accept the key");
    QTest::newRow("tls") << QStringLiteral("tls") << QStringLiteral("No encrypted connection");
    QTest::newRow("none") << QStringLiteral("none") << QStringLiteral("has no model");
    QTest::newRow("no list") << QStringLiteral("html") << QStringLiteral("does not answer as expected");
  }

  void faults() {
    QFETCH(QString, kind);
    QFETCH(QString, words);
    ScriptedServer server(answers);
    server.answer_models([kind](const WireRequest&, WireConnection& connection) {
      if (kind == QLatin1String("404")) connection.reply(404, "{}");
      if (kind == QLatin1String("401")) connection.reply(401, "{}");
      if (kind == QLatin1String("none")) connection.reply(200, R"({"data":[]})");
      if (kind == QLatin1String("html")) connection.reply(200, "<html></html>");
    });
    QString address = address_of(server);
    if (kind == QLatin1String("refused")) address = QStringLiteral("http://127.0.0.1:1");
    if (kind == QLatin1String("tls")) address.replace(QStringLiteral("http:"), QStringLiteral("https:"));
    Opened o;
    o.enter(address, QLatin1String(kServerKey));
    o.press(QStringLiteral("Ask for its models"));
    QTRY_VERIFY2(o.said().contains(words), qPrintable(o.said()));
    QVERIFY(!o.waits());
    QVERIFY2(o.named<QPushButton>(QStringLiteral("Add")) != nullptr, "may be added though no model is known");
    QVERIFY(!o.said().contains(QLatin1String(kServerKey)));
  }

  void one_that_does_not_answer_is_kept_only_on_the_users_word() {
    Opened o;
    o.enter(QStringLiteral("http://127.0.0.1:1"), {}, QStringLiteral("m"));
    o.press(QStringLiteral("Add"));
    QTRY_VERIFY(o.said().contains(QStringLiteral("No server answers at 127.0.0.1:1.")));
    QCOMPARE(o.dialog.result(), 0);
    o.model_box()->setEditText(QStringLiteral("other"));  // what is entered now was not tried
    QVERIFY(o.named<QPushButton>(QStringLiteral("Add anyway")) == nullptr);
    o.press(QStringLiteral("Add"));
    QTRY_VERIFY(o.named<QPushButton>(QStringLiteral("Add anyway")) != nullptr);
    o.press(QStringLiteral("Add anyway"));
    QCOMPARE(o.dialog.result(), int(QDialog::Accepted));
  }

  void one_without_pictures_is_told_apart() {
    ScriptedServer server([](const WireRequest& request, WireConnection& connection) {
      if (request.body.find("image_url") != std::string::npos)
        return connection.reply(400, R"({"error":{"message":"this model reads text only"}})");
      answers(request, connection);
    });
    Opened o;
    o.enter(address_of(server));
    o.press(QStringLiteral("Add"));
    QTRY_VERIFY(o.said().contains(QStringLiteral("It answers, but takes no pictures")));
    QVERIFY(o.said().contains(QStringLiteral("this model reads text only")));
    QCOMPARE(o.dialog.result(), 0);
    QVERIFY(o.named<QPushButton>(QStringLiteral("Add anyway")) != nullptr);
  }

  void asking_is_given_up_at_once() {
    ScriptedServer server(
        [](const WireRequest&, WireConnection& connection) { connection.wait_for_close(); });
    server.answer_models([](const WireRequest&, WireConnection& connection) { connection.wait_for_close(); });
    Opened o;
    o.enter(address_of(server), {}, QStringLiteral("m"));
    o.press(QStringLiteral("Ask for its models"));
    QTRY_VERIFY(o.waits());
    QTRY_COMPARE(server.requests().size(), std::size_t(1));
    o.press(QStringLiteral("Stop"));
    QVERIFY(!o.waits());
    QVERIFY(o.said().contains(QStringLiteral("Stopped.")));
    // Its connection is closed soon, and nothing comes of it.
    QTRY_VERIFY(o.servers.services().ledger->exchanges().front().ended());
    QCOMPARE(o.servers.services().ledger->exchanges().front().verdict, OutboundVerdict::kStopped);
    QVERIFY(o.said().contains(QStringLiteral("Stopped.")));
  }

  void what_makes_no_sense_is_said_before_anything_is_asked() {
    Opened o;
    const auto add = [&] { return o.named<QPushButton>(QStringLiteral("Add")); };
    QVERIFY(!add()->isEnabled());
    o.enter(QStringLiteral("ftp://example.org"));
    QVERIFY(!add()->isEnabled());
    QVERIFY(add()->toolTip().contains(QStringLiteral("only http and https")));
    o.enter(QStringLiteral("http://user:pass@example.org"));
    QVERIFY(o.said().contains(QStringLiteral("a key does not belong into it")));
    o.enter(QStringLiteral("http://example.org"), QLatin1String(kServerKey));
    QVERIFY(o.said().contains(QStringLiteral("unencrypted: everyone on the way can read it")));
    QVERIFY(o.named<QCheckBox>(QStringLiteral("Send the key unencrypted"))->isVisible());
    o.enter(QStringLiteral("127.0.0.1:8000"), QLatin1String(kServerKey));
    QVERIFY(!o.named<QCheckBox>(QStringLiteral("Send the key unencrypted"))->isVisible());
    QVERIFY(add()->isEnabled());
    QVERIFY(o.servers.services().ledger->exchanges().empty());
  }

  void a_kept_key_goes_to_its_own_server_only() {
    ScriptedServer server(answers);
    ScriptedServer other(answers);
    const ServerEntry entry{QStringLiteral("id"), address_of(server), QStringLiteral("test-model"), true,
                            false};
    const auto state = std::make_shared<VaultState>();
    state->keys[entry.id] = QLatin1String(kServerKey);
    Opened o(entry, state);
    o.press(QStringLiteral("Test"));
    QTRY_VERIFY(o.said().contains(QStringLiteral("takes pictures")));
    QCOMPARE(server.questions()[0].headers.at("authorization"), std::string("Bearer ") + kServerKey);
    QVERIFY(!o.dialog.key().has_value());
    o.named<QLineEdit>(QStringLiteral("Address"))->setText(address_of(other));
    auto* keep = o.named<QPushButton>(QStringLiteral("Keep"));
    QVERIFY(!keep->isEnabled());
    QVERIFY(keep->toolTip().contains(QStringLiteral("Enter the key again")));
    o.named<QLineEdit>(QStringLiteral("Key"))->setText(QStringLiteral("another"));
    o.press(QStringLiteral("Keep"));
    QTRY_COMPARE(o.dialog.result(), int(QDialog::Accepted));
    QCOMPARE(other.questions()[0].headers.at("authorization"), std::string("Bearer another"));
    QCOMPARE(o.dialog.entry().id, entry.id);
  }

  void pictures_go_as_they_are_unless_that_is_chosen() {
    ScriptedServer server(answers);
    Opened o;
    auto* smaller = o.named<QCheckBox>(QStringLiteral("Make pictures smaller before they are sent"));
    auto* side = o.named<QSpinBox>(QStringLiteral("Longest side"));
    auto* quality = o.named<QSpinBox>(QStringLiteral("JPEG quality"));
    QVERIFY(!smaller->isChecked() && !side->isEnabled() && !quality->isEnabled());
    QVERIFY(o.dialog.entry().reduction == UploadReduction());
    QCOMPARE(side->minimum(), UploadReduction::kLeastSide);
    QCOMPARE(side->maximum(), UploadReduction::kMostSide);
    QCOMPARE(quality->minimum(), UploadReduction::kLeastQuality);
    QCOMPARE(quality->maximum(), UploadReduction::kMostQuality);
    // By keys alone.
    o.dialog.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&o.dialog));
    smaller->setFocus();
    QTest::keyClick(smaller, Qt::Key_Space);
    QVERIFY(side->isEnabled() && quality->isEnabled());
    QTest::keyClick(smaller, Qt::Key_Tab);
    QVERIFY(side->hasFocus());
    QTest::keyClicks(side, QStringLiteral("640"));
    QTest::keyClick(side, Qt::Key_Tab);
    QVERIFY(quality->hasFocus());
    QTest::keyClicks(quality, QStringLiteral("40"));
    QVERIFY(o.dialog.entry().reduction == (UploadReduction{640, 40}));
    o.enter(address_of(server));
    o.press(QStringLiteral("Add"));
    QTRY_COMPARE(o.dialog.result(), int(QDialog::Accepted));
    // Edited, it stands as it was kept, and can be taken back.
    Opened again(o.dialog.entry());
    smaller = again.named<QCheckBox>(QStringLiteral("Make pictures smaller before they are sent"));
    QVERIFY(smaller->isChecked());
    QVERIFY(again.named<QSpinBox>(QStringLiteral("Longest side"))->isEnabled());
    QVERIFY(again.dialog.entry() == o.dialog.entry());
    smaller->click();
    QVERIFY(!again.named<QSpinBox>(QStringLiteral("Longest side"))->isEnabled());
    QVERIFY(!again.dialog.entry().reduction.wanted());
  }

  void closing_it_while_the_server_is_asked_is_safe() {
    ScriptedServer server(
        [](const WireRequest&, WireConnection& connection) { connection.wait_for_close(); });
    auto o = std::make_unique<Opened>();
    o->enter(address_of(server), {}, QStringLiteral("test-model"));
    o->press(QStringLiteral("Add"));
    QTRY_COMPARE(server.questions().size(), std::size_t(1));
    QTest::keyClick(&o->dialog, Qt::Key_Escape);
    QCOMPARE(o->dialog.result(), int(QDialog::Rejected));
    o.reset();
  }
};

std::unique_ptr<QObject> server_dialog_suite() {
  return std::make_unique<ServerDialogTest>();
}

#include <server_dialog_test.moc>
