// Tags of chats: kept, filtered by, searched, exported, set and undone by keys.
#include "suites.h"
#include "test_services.h"
#include "ui/history/chat_export.h"
#include "ui/history/chat_json_file.h"
#include "ui/history/database.h"
#include "ui/history/history_panel.h"
#include "ui/main_window.h"
#include "ui/workbench.h"

#include <QComboBox>
#include <QFile>
#include <QInputDialog>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

using namespace fovea;
using namespace fovea::ui;

namespace {

QString titles(const Result<std::vector<ChatSummary>>& chats) {
  QStringList out;
  for (const ChatSummary& chat : *chats) out.append(chat.title);
  return out.join(u' ');
}

struct Opened {
  Opened() : bench(test::scripted_services(test::Script{}, folder.path())), window(bench) {
    for (const auto& [id, title] : {std::pair(1, "first"), std::pair(2, "second"), std::pair(3, "third")})
      bench.store.save_chat({id, QLatin1String(title), false, 1'000 - id, {}}, {});
    bench.store.set_tag(3, QStringLiteral("work"), true);
    window.resize(1280, 800);
    window.show();
    auto* panel = window.findChild<HistoryPanel*>();
    list = panel->findChild<QListView*>();
    filter = panel->findChild<QComboBox*>();
  }
  QString titles() const {
    QStringList out;
    for (int i = 0; i < list->model()->rowCount(); ++i)
      out.append(list->model()->index(i, 0).data().toString());
    return out.join(u' ');
  }
  void go_to(int row) {
    QApplication::setActiveWindow(&window);
    list->setFocus();
    QTest::keyClick(list, Qt::Key_Home);
    for (int i = 0; i < row; ++i) QTest::keyClick(list, Qt::Key_Down);
  }
  void filter_by(const QString& tag) {
    filter->setCurrentIndex(filter->findData(tag));
    Q_EMIT filter->activated(filter->currentIndex());
  }
  static QMenu* menu() { return qobject_cast<QMenu*>(QApplication::activePopupWidget()); }

  QTemporaryDir folder;
  Workbench bench;
  MainWindow window;
  QListView* list;
  QComboBox* filter;
};

}  // namespace

class TagsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void tags_are_kept_and_found() {
    QTemporaryDir folder;
    {
      Database database(folder.path());
      QVERIFY(database.open(false).has_value());
      for (int i = 1; i <= 3; ++i) {
        QVERIFY(database.save_chat({i, QStringLiteral("c%1").arg(i), false, 10 - i, {}}, {}).has_value());
        ChatMessage m;
        m.id = 100 + i;
        m.text = i == 3 ? QStringLiteral("invoices") : QStringLiteral("receipts");
        QVERIFY(database.save_message(i, m).has_value());
      }
      QVERIFY(database.set_tag(1, QStringLiteral("  Work \n at home "), true).has_value());
      QVERIFY(database.set_tag(1, QStringLiteral("work at HOME"), true).has_value());  // the same
      QVERIFY(database.set_tag(1, QStringLiteral("发票"), true).has_value());
      QVERIFY(database.set_tag(3, QStringLiteral("发票"), true).has_value());
      QVERIFY(database.set_tag(2, QStringLiteral("gone"), true).has_value());
      QVERIFY(database.set_tag(2, QStringLiteral("   "), true).has_value());  // none at all
      QVERIFY(database.set_chat_removed(2, true).has_value());
      QCOMPARE(database.tags().value(),
               QStringList({QStringLiteral("Work at home"), QStringLiteral("发票")}));
    }
    Database database(folder.path());
    QVERIFY(database.open(false).has_value());
    QCOMPARE(database.list({})->front().tags,
             QStringList({QStringLiteral("Work at home"), QStringLiteral("发票")}));
    QCOMPARE(titles(database.list({}, QStringLiteral("发票"))), QStringLiteral("c1 c3"));
    QCOMPARE(titles(database.list({}, QStringLiteral("WORK AT HOME"))), QStringLiteral("c1"));
    QCOMPARE(titles(database.list(QStringLiteral("invoices"), QStringLiteral("发票"))), QStringLiteral("c3"));
    QCOMPARE(titles(database.list(QStringLiteral("receipts"), QStringLiteral("发票"))), QStringLiteral("c1"));
    QCOMPARE(titles(database.list(QStringLiteral("re"), QStringLiteral("发票"))), QStringLiteral("c1"));
    QCOMPARE(titles(database.list(QStringLiteral("at home"))), QStringLiteral("c1"));  // by its tag
    QVERIFY(database.set_tag(1, QStringLiteral("work at home"), false).has_value());
    QCOMPARE(database.tags().value(), QStringList({QStringLiteral("发票")}));
  }

  void tags_go_into_files_and_come_back() {
    QTemporaryDir folder;
    Database database(folder.path() + QStringLiteral("/state"));
    QVERIFY(database.open(false).has_value());
    QVERIFY(database.save_chat({1, QStringLiteral("c"), false, 1, {}}, {}).has_value());
    QVERIFY(database.set_tag(1, QStringLiteral("a<b"), true).has_value());
    QVERIFY(database.set_tag(1, QStringLiteral("work"), true).has_value());
    const auto written = [&](const char* name, ExportFormat format) {
      const QString path = folder.path() + u'/' + QLatin1String(name);
      const bool done = write_chat(database, 1, path, format).has_value();
      QFile file(path);
      return done && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    QVERIFY(written("c.md", ExportFormat::kMarkdown).contains("*Tags: a<b, work*"));
    QVERIFY(written("c.html", ExportFormat::kHtml).contains("Tags: a&lt;b, work"));
    QVERIFY(!written("c.json", ExportFormat::kJson).isEmpty());
    const Result<ChatId> copy = read_chat_file(database, folder.path() + QStringLiteral("/c.json"));
    QCOMPARE(database.read(*copy)->summary.tags,
             QStringList({QStringLiteral("a<b"), QStringLiteral("work")}));
  }

  void a_tag_is_set_and_taken_away_by_keys_and_undone() {
    Opened o;
    QTRY_COMPARE(o.filter->count(), 2);
    o.go_to(0);
    QTest::keyClick(o.list, Qt::Key_T, Qt::ControlModifier);
    QTRY_VERIFY(Opened::menu() != nullptr);
    QTest::keyClick(Opened::menu(), Qt::Key_Down);
    QTest::keyClick(Opened::menu(), Qt::Key_Return);
    o.filter_by(QStringLiteral("work"));
    QTRY_COMPARE(o.titles(), QStringLiteral("first third"));
    o.go_to(1);
    QTest::keyClick(o.list, Qt::Key_T, Qt::ControlModifier);
    QTRY_VERIFY(Opened::menu() != nullptr);
    QTest::keyClick(Opened::menu(), Qt::Key_Down);
    QTest::keyClick(Opened::menu(), Qt::Key_Return);
    QTRY_COMPARE(o.titles(), QStringLiteral("first"));
    o.list->setFocus();
    QTest::keyClick(o.list, Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(o.titles(), QStringLiteral("first third"));
    QTest::keyClick(o.list, Qt::Key_Z, Qt::ControlModifier);
    QTRY_COMPARE(o.titles(), QStringLiteral("third"));
  }

  void a_new_tag_is_typed_and_the_filter_goes_with_the_last_chat_of_a_tag() {
    Opened o;
    QTRY_COMPARE(o.filter->count(), 2);
    o.go_to(0);
    QTimer::singleShot(0, &o.window, [] {
      QTest::qWait(50);
      auto* dialog = qobject_cast<QInputDialog*>(QApplication::activeModalWidget());
      QVERIFY(dialog != nullptr);
      dialog->setTextValue(QStringLiteral(" home "));
      dialog->accept();
    });
    Q_EMIT o.window.findChild<HistoryPanel*>()->newTagWanted({1, QStringLiteral("first"), false, 1, {}});
    QTRY_COMPARE(o.filter->count(), 3);
    o.filter_by(QStringLiteral("home"));
    QTRY_COMPARE(o.titles(), QStringLiteral("first"));
    o.bench.store.set_tag(1, QStringLiteral("home"), false);
    QTRY_COMPARE(o.titles(), QStringLiteral("first second third"));
    QCOMPARE(o.filter->currentData().toString(), QString());
  }
};

std::unique_ptr<QObject> tags_suite() {
  return std::make_unique<TagsTest>();
}

#include <tags_test.moc>
