// What left this machine, as the window shows it.
#include "accessible_tree.h"
#include "server_window.h"
#include "servers_suites.h"
#include "ui/connections/connection_table.h"
#include "ui/connections/connections_dialog.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QTest>

using namespace fovea;
using namespace fovea::test;
using namespace fovea::ui;

namespace {

QString shown(const QWidget& widget) {
  QString text;
  for (const auto* label : widget.findChildren<QLabel*>()) {
    if (label->isVisible()) text += label->text() + u'\n';
  }
  return text;
}

}  // namespace

class ConnectionsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void each_row_says_with_whom_why_how_much_and_what_became_of_it() {
    OutboundLedger ledger;
    ledger.end(ledger.begin("api.example.org", 443, "list of models"),
               {OutboundVerdict::kAnswered, 200, 0, 512});
    ledger.end(ledger.begin("api.example.org", 443, "question"), {OutboundVerdict::kRefused, 401, 2'000, 0});
    ledger.end(ledger.begin("::1", 8000, "question"), {OutboundVerdict::kFailed, 0, 0, 0});
    ledger.end(ledger.begin("127.0.0.1", 8000, "question"), {OutboundVerdict::kFailed, 200, 5, 6});
    ledger.end(ledger.begin("h", 80, "question"), {OutboundVerdict::kStopped, 200, 5, 6});
    ledger.begin("h", 80, "alert");
    const CellTable table = connection_table(ledger.exchanges());
    const auto column = [&](std::size_t at) {
      QStringList texts;
      for (const auto& row : table.rows) texts.append(row[at].text);
      return texts;
    };
    QCOMPARE(column(1),
             (QStringList{"h:80", "h:80", "127.0.0.1:8000 (this machine)", "[::1]:8000 (this machine)",
                          "api.example.org:443", "api.example.org:443"}));
    QCOMPARE(column(2),
             (QStringList{"alert", "question", "question", "question", "question", "list of models"}));
    QCOMPARE(column(5), (QStringList{"under way", "stopped here", "broken off", "no connection",
                                     "refused (status 401)", "answered"}));
    QCOMPARE(table.rows[0][3].text, QStringLiteral("…"));
    QCOMPARE(table.rows[4][3].tip, QStringLiteral("2,000 bytes"));
    QVERIFY(
        connection_summary(ledger.exchanges()).startsWith(QStringLiteral("Connections: 6, with places: 4.")));
    QVERIFY(!connection_summary(ledger.exchanges()).contains(QStringLiteral("earlier")));
    for (std::size_t i = 0; i < OutboundLedger::kMost; ++i) ledger.begin("h", 80, "question");
    QVERIFY(connection_summary(ledger.exchanges()).contains(QStringLiteral("6 earlier ones are not kept.")));
  }

  void an_address_that_a_caller_may_not_name_was_not_dialled() {
    OutboundLedger ledger;
    ledger.end(ledger.begin("169.254.169.254", 80, kWhyMedia), {OutboundVerdict::kForbidden, 0, 0, 0});
    const CellTable table = connection_table(ledger.exchanges());
    QCOMPARE(table.rows[0][2].text, QStringLiteral("picture or clip"));
    QCOMPARE(table.rows[0][5].text, QStringLiteral("forbidden here, not dialled"));
  }

  void nothing_then_each_as_it_happens() {
    const QTemporaryDir folder;
    ScriptedServer server([](const WireRequest&, WireConnection& connection) {
      connection.begin_stream();
      connection.send(whole_answer());
    });
    ServerWindow w(folder.path(), std::make_shared<VaultState>());
    QTest::keyClick(&w.window, Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
    auto* dialog = w.window.findChild<ConnectionsDialog*>();
    QVERIFY(dialog != nullptr && dialog->isVisible());
    QVERIFY(shown(*dialog).contains(QStringLiteral("Nothing has left this machine")));
    auto* copy = w.named<QPushButton>(QStringLiteral("Copy as table"));
    QVERIFY(!copy->isEnabled());
    auto* view = dialog->findChild<QTableView*>();
    const QAbstractItemModelTester tester(view->model(),
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    w.use(server);
    QTRY_COMPARE(view->model()->rowCount(), 1);
    QVERIFY(view->isVisible());
    view->selectionModel()->select(view->model()->index(0, 0),
                                   QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    w.bench.session.ask(QStringLiteral("Hello"), {});
    QTRY_COMPARE(view->model()->rowCount(), 2);
    QTRY_COMPARE(view->model()->index(0, 5).data().toString(), QStringLiteral("answered"));
    QVERIFY(!shown(*dialog).contains(QStringLiteral("Nothing has left")));
    // What was chosen has moved down, and stays chosen.
    QCOMPARE(view->selectionModel()->selectedRows().size(), 1);
    QCOMPARE(view->selectionModel()->selectedRows()[0].row(), 1);
    QVERIFY(copy->isEnabled());
    const QStringList nameless = fovea::test::nameless_in(*dialog);
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u'\n')));
    copy->click();
    const QStringList lines = QGuiApplication::clipboard()->text().split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 3);
    QVERIFY(lines[1].contains(QStringLiteral("\tquestion\t")) &&
            lines[2].contains(QStringLiteral("list of models")));
    QVERIFY2(!lines[1].contains(QStringLiteral("Hello")), "what was said is nobody's business");
    // The same one again, not a second.
    QTest::keyClick(&w.window, Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(w.window.findChildren<ConnectionsDialog*>().size(), 1);
  }
};

std::unique_ptr<QObject> connections_suite() {
  return std::make_unique<ConnectionsTest>();
}

#include <connections_test.moc>
