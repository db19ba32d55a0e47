#include "suites.h"
#include "test_services.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/chat/message_view.h"
#include "ui/chat/transcript_view.h"
#include "ui/main_window.h"
#include "ui/workbench.h"

#include <QApplication>
#include <QComboBox>
#include <QElapsedTimer>
#include <QFile>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTranslator>

using namespace fovea;
using namespace fovea::ui;

namespace {

test::Script answer(int words, int pause_ms) {
  test::Script script;
  script.model = test::scripted_model();
  script.preview.vision.resize(1);
  script.steps.push_back({{}, Preprocessed{}});
  for (int i = 0; i < words; ++i) {
    std::string word = "word" + std::to_string(i) + " ";
    if (i % 40 == 39) word += "\n\n";
    if (i % 400 == 200) word += "\n\n```cpp\nint x = 1;\n```\n\n";
    script.steps.push_back(test::says(word, std::chrono::milliseconds(pause_ms)));
  }
  script.steps.push_back(test::finishes(words));
  return script;
}

struct Opened {
  explicit Opened(const test::Script& script)
      : bench(test::scripted_services(script, folder.path())), window(bench) {
    window.resize(1280, 800);
    window.show();
    bench.load_usual_model();
  }

  QPushButton* button(const QString& name) {
    for (auto* b : window.findChildren<QPushButton*>()) {
      if (b->isVisible() && b->text() == name) return b;
    }
    return nullptr;
  }
  QPlainTextEdit* question() { return window.chat().composer().findChild<QPlainTextEdit*>(); }

  QTemporaryDir folder;
  Workbench bench;
  MainWindow window;
};

QStringList pictures(const QTemporaryDir& folder, int count) {
  QStringList out;
  for (int i = 0; i < count; ++i) {
    QFile file(folder.filePath(QStringLiteral("picture%1.png").arg(i)));
    if (file.open(QIODevice::WriteOnly)) file.write(test::png(640, 480, i % 256));
    out.append(file.fileName());
  }
  return out;
}

}  // namespace

class WindowTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_question_is_typed_asked_and_answered() {
    Opened o(answer(3, 0));
    QTRY_VERIFY(o.bench.bridge.ready());
    QVERIFY(!o.button(QStringLiteral("Ask"))->isEnabled());
    QVERIFY(!o.button(QStringLiteral("Ask"))->toolTip().isEmpty());
    QTest::keyClicks(o.question(), QStringLiteral("What is it?"));
    QTest::keyClick(o.question(), Qt::Key_Return, Qt::ShiftModifier);
    QTest::keyClicks(o.question(), QStringLiteral("Really"));
    QTest::keyClick(o.question(), Qt::Key_Return);
    QTRY_VERIFY(!o.bench.session.running() && o.bench.session.messages().size() == 2);
    QCOMPARE(o.bench.session.messages()[0].text, QStringLiteral("What is it?\nReally"));
    QVERIFY(o.question()->toPlainText().isEmpty());
    QVERIFY(o.window.findChildren<MessageView*>().size() == 2);
  }

  void escape_stops() {
    test::Script script = answer(2, 0);
    script.steps.pop_back();
    Opened o(script);
    QTRY_VERIFY(o.bench.bridge.ready());
    o.bench.session.ask(QStringLiteral("?"), {});
    QTRY_VERIFY(o.button(QStringLiteral("Stop")) != nullptr);
    QTRY_VERIFY(!o.bench.session.messages().back().text.isEmpty());
    QApplication::setActiveWindow(&o.window);
    QTest::keyClick(&o.window, Qt::Key_Escape);
    QTRY_VERIFY(!o.bench.session.running());
    QCOMPARE(o.bench.session.messages().back().state, MessageState::kStopped);
  }

  void enter_waits_for_pictures_that_are_still_read() {
    Opened o(answer(1, 0));
    QTRY_VERIFY(o.bench.bridge.ready());
    QTemporaryDir folder;
    o.window.chat().composer().add_files(pictures(folder, 3));
    QTest::keyClicks(o.question(), QStringLiteral("?"));
    QTest::keyClick(o.question(), Qt::Key_Return);
    QTRY_VERIFY(!o.bench.session.running() && o.bench.session.messages().size() == 2);
    QCOMPARE(o.bench.session.messages()[0].attachments.size(), std::size_t(3));
  }

  void nothing_blocks_while_a_model_loads_and_200_pictures_are_dropped() {
    QTemporaryDir folder;
    const QStringList files = pictures(folder, 200);
    Opened o(answer(1, 0));
    QTest::qWait(50);
    const test::Watchdog watchdog;
    QMimeData drop;
    QList<QUrl> urls;
    for (const QString& file : files) urls.append(QUrl::fromLocalFile(file));
    drop.setUrls(urls);
    QTimer::singleShot(0, &o.window, [&] { o.window.chat().composer().add(&drop); });
    QTRY_VERIFY_WITH_TIMEOUT(o.window.chat().composer().attachments().size() == 200, 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(std::all_of(o.window.chat().composer().attachments().begin(),
                                         o.window.chat().composer().attachments().end(),
                                         [](const Attachment& a) { return a.usable(); }),
                             60'000);
    QTRY_VERIFY(o.bench.bridge.ready());
    QTest::qWait(800);  // the draft is kept
    watchdog.check();
  }

  void nothing_blocks_while_a_large_picture_is_shown() {
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("large.png")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(test::png(6000, 5000));
    file.close();
    Opened o(answer(1, 0));
    QTRY_VERIFY(o.bench.bridge.ready());
    QTest::qWait(50);
    const test::Watchdog watchdog;
    bool shown = false;
    connect(&o.bench.loader, &AttachmentLoader::decoded, &o.window, [&] { shown = true; });
    QTimer::singleShot(0, &o.window, [&] { o.window.chat().composer().add_files({file.fileName()}); });
    QTRY_VERIFY_WITH_TIMEOUT(!o.window.chat().composer().attachments().empty() &&
                                 o.window.chat().composer().attachments()[0].usable(),
                             30'000);
    QTRY_VERIFY_WITH_TIMEOUT(shown, 30'000);
    QTest::qWait(300);
    watchdog.check();
  }

  void nothing_blocks_while_a_long_answer_streams() {
    Opened o(answer(20'000, 0));
    QTRY_VERIFY(o.bench.bridge.ready());
    QTest::qWait(50);
    const test::Watchdog watchdog;
    QTimer::singleShot(0, &o.window, [&] { o.bench.session.ask(QStringLiteral("?"), {}); });
    QTRY_VERIFY(o.bench.session.running());
    QTRY_VERIFY_WITH_TIMEOUT(!o.bench.session.running(), 60'000);
    watchdog.check();
  }

  void a_chat_of_5000_messages_opens_without_a_block() {
    Opened o(answer(1, 0));
    ChatSummary chat{new_id(), QStringLiteral("long"), false, 1, {}};
    o.bench.store.save_chat(chat, {});
    std::size_t listed = 0;
    o.bench.store.list({}, [&](const std::vector<ChatSummary>& chats) { listed = chats.size(); });
    QTRY_VERIFY_WITH_TIMEOUT(listed > 0, 60'000);
    {
      QSqlDatabase direct = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("direct"));
      direct.setDatabaseName(o.folder.filePath(QStringLiteral("history.sqlite")));
      QVERIFY(direct.open() && direct.transaction());
      QSqlQuery insert(direct);
      insert.prepare(
          QStringLiteral("INSERT INTO messages(id, chat, role, text, state) VALUES(?, ?, ?, ?, 'complete')"));
      for (int i = 0; i < 5000; ++i) {
        insert.bindValue(0, chat.id + 1 + i);
        insert.bindValue(1, chat.id);
        insert.bindValue(2, i % 2 == 0 ? QStringLiteral("user") : QStringLiteral("assistant"));
        insert.bindValue(3, QStringLiteral("message **%1** with some words\n\n- one\n- two").arg(i));
        QVERIFY(insert.exec());
      }
      QVERIFY(direct.commit());
    }
    QSqlDatabase::removeDatabase(QStringLiteral("direct"));
    QTest::qWait(200);
    const test::Watchdog watchdog;
    QTimer::singleShot(0, &o.window, [&] { o.bench.session.open(chat.id); });
    QTRY_COMPARE_WITH_TIMEOUT(o.bench.session.messages().size(), std::size_t(5000), 30'000);
    QTRY_VERIFY(!o.window.chat().transcript().building());
    QTest::qWait(100);
    watchdog.check();
    QVERIFY(o.window.findChildren<MessageView*>().size() < 100);
    const QScrollBar* bar = o.window.chat().transcript().verticalScrollBar();
    QCOMPARE(bar->value(), bar->maximum());
  }

  void every_control_has_a_name_and_a_tooltip() {
    Opened o(answer(1, 0));
    QTRY_VERIFY(o.bench.bridge.ready());
    o.bench.session.ask(QStringLiteral("?"), {});
    QTRY_VERIFY(!o.bench.session.running());
    QTest::qWait(50);
    for (auto* control : o.window.findChildren<QAbstractButton*>()) {
      if (!control->isVisible()) continue;
      const QString what = QLatin1String(control->metaObject()->className()) + u' ' + control->text() + u' ' +
                           control->parentWidget()->objectName();
      if (control->objectName().startsWith(QLatin1String("qt_")) ||
          control->objectName() == QLatin1String("ScrollLeftButton") ||
          control->objectName() == QLatin1String("ScrollRightButton") ||
          control->parentWidget()->inherits("QLineEdit") || control->parentWidget()->inherits("QTableView")) {
        continue;  // parts of Qt's own widgets
      }
      QVERIFY2(!control->accessibleName().isEmpty() || !control->text().isEmpty(), qPrintable(what));
      QVERIFY2(!control->toolTip().isEmpty(), qPrintable(what));
    }
  }

  void a_second_window_takes_the_conversation_over() {
    Opened o(answer(400, 2));
    QTRY_VERIFY(o.bench.bridge.ready());
    o.bench.session.ask(QStringLiteral("?"), {});
    QTRY_VERIFY(!o.bench.session.messages().empty() && !o.bench.session.messages().back().text.isEmpty());
    QTranslator chinese;
    QVERIFY(chinese.load(QStringLiteral(":/translations/fovea_zh_CN.qm")));
    QApplication::installTranslator(&chinese);
    {
      MainWindow second(o.bench);
      second.show();
      QTRY_VERIFY_WITH_TIMEOUT(!o.bench.session.running(), 30'000);
      QCOMPARE(second.findChildren<MessageView*>().size(), 2);
      QVERIFY(second.chat().composer().findChild<QPushButton*>()->text() != QLatin1String("Ask"));
    }
    QApplication::removeTranslator(&chinese);
  }
};

std::unique_ptr<QObject> window_suite() {
  return std::make_unique<WindowTest>();
}

#include <window_test.moc>
