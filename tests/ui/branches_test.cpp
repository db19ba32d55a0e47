// Versions of messages: in the session, in the history, in files and in the window.
#include "suites.h"
#include "test_services.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/chat/message_view.h"
#include "ui/chat/version_switch.h"
#include "ui/history/chat_export.h"
#include "ui/history/chat_json_file.h"
#include "ui/history/database.h"
#include "ui/history/history_panel.h"
#include "ui/main_window.h"
#include "ui/workbench.h"

#include <QFile>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace fovea;
using namespace fovea::ui;

namespace {

struct Chatting {
  explicit Chatting(const test::Script& script = test::one_answer())
      : bench(test::scripted_services(script, folder.path())), session(bench.session) {
    bench.load_usual_model();
    [&] { QTRY_VERIFY(bench.bridge.ready()); }();
  }
  void ask(const QString& text) {
    session.ask(text, {});
    wait();
  }
  void wait() {
    [&] { QTRY_VERIFY(!session.running()); }();
  }
  QString shown() const {
    QStringList texts;
    for (const ChatMessage& m : session.messages()) texts.append(m.text);
    return texts.join(u'|');
  }
  QString place(int index) const {
    const VersionPlace at = session.version_of(index);
    return QStringLiteral("%1/%2").arg(at.number).arg(at.count);
  }

  QTemporaryDir folder;
  Workbench bench;
  ChatSession& session;
};

/// A chat of a question with two answers, the second of which is followed by another question.
ChatId add_branches(Database& database) {
  ChatSummary chat;
  chat.id = new_id();
  chat.title = QStringLiteral("branches");
  [&] { QVERIFY(database.save_chat(chat, {}).has_value()); }();
  MessageId ids[4] = {};
  const std::pair<const char*, int> messages[] = {{"which?", -1}, {"apples", 0}, {"pears", 0}, {"sure?", 2}};
  for (int i = 0; i < 4; ++i) {
    ChatMessage m;
    m.id = ids[i] = new_id();
    m.parent = messages[i].second < 0 ? 0 : ids[messages[i].second];
    m.role = i == 0 || i == 3 ? Role::kUser : Role::kAssistant;
    m.text = QLatin1String(messages[i].first);
    [&] { QVERIFY(database.save_message(chat.id, m).has_value()); }();
  }
  return chat.id;
}

QString texts(const std::vector<ChatMessage>& messages) {
  QStringList out;
  for (const ChatMessage& m : messages) out.append(m.text);
  return out.join(u'|');
}

QByteArray read_all(const QString& path) {
  QFile file(path);
  return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class BranchesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void answering_anew_keeps_the_earlier_answer() {
    Chatting c;
    c.ask(QStringLiteral("One?"));
    c.ask(QStringLiteral("Two?"));
    const MessageId old = c.session.messages()[1].id;
    c.session.regenerate(1);
    QCOMPARE(c.place(1), QStringLiteral("2/2"));
    c.session.show_version(1, -1);  // not while it is written
    QCOMPARE(c.place(1), QStringLiteral("2/2"));
    c.wait();
    QCOMPARE(c.session.messages().size(), std::size_t(2));
    c.session.show_version(1, -1);
    QCOMPARE(c.shown(), QStringLiteral("One?|Forty-two.|Two?|Forty-two."));
    QCOMPARE(c.session.messages()[1].id, old);
    QCOMPARE(c.place(1), QStringLiteral("1/2"));
    c.session.show_version(1, -1);  // there is none before it
    QCOMPARE(c.session.messages()[1].id, old);
    // It is shown the next time too.
    const ChatId id = c.session.summary().id;
    c.bench.new_chat();
    c.session.open(id);
    QTRY_COMPARE(c.session.messages().size(), std::size_t(4));
    QCOMPARE(c.place(1), QStringLiteral("1/2"));
    c.session.show_version(1, 1);
    QCOMPARE(c.session.messages().size(), std::size_t(2));
    // What is asked now belongs to this version alone.
    c.ask(QStringLiteral("Three?"));
    QCOMPARE(c.shown(), QStringLiteral("One?|Forty-two.|Three?|Forty-two."));
    c.session.show_last_version(-1);
    QCOMPARE(c.shown(), QStringLiteral("One?|Forty-two.|Two?|Forty-two."));
  }

  void an_edited_question_is_a_version_beside_the_first() {
    Chatting c;
    c.ask(QStringLiteral("One?"));
    c.ask(QStringLiteral("Two?"));
    QCOMPARE(c.session.edit(2).text, QStringLiteral("Two?"));
    QCOMPARE(c.session.messages().size(), std::size_t(2));
    c.session.stop_editing();
    QCOMPARE(c.session.messages().size(), std::size_t(4));
    c.session.edit(0);
    QVERIFY(c.session.empty() && c.session.editing());
    c.ask(QStringLiteral("Another?"));
    QVERIFY(!c.session.editing());
    QCOMPARE(c.shown(), QStringLiteral("Another?|Forty-two."));
    QCOMPARE(c.place(0), QStringLiteral("2/2"));
    c.session.stop_editing();  // too late: nothing happens
    QCOMPARE(c.shown(), QStringLiteral("Another?|Forty-two."));
    c.session.show_version(0, -1);
    QCOMPARE(c.shown(), QStringLiteral("One?|Forty-two.|Two?|Forty-two."));
  }

  void going_on_in_the_middle_keeps_what_followed() {
    test::Script script = test::one_answer();
    script.steps = {test::says("Half"), test::finishes(1, FinishReason::kLength)};
    Chatting c(script);
    c.ask(QStringLiteral("One?"));
    c.ask(QStringLiteral("Two?"));
    c.session.continue_answer(1);
    c.wait();
    QCOMPARE(c.shown(), QStringLiteral("One?|HalfHalf"));
    c.session.show_version(1, -1);
    QCOMPARE(c.shown(), QStringLiteral("One?|Half|Two?|Half"));
  }

  void a_file_of_one_branch_is_brought_up_and_a_later_one_left_alone() {
    QTemporaryDir folder;
    const QString file = folder.path() + QStringLiteral("/history.sqlite");
    const auto sql = [&file](const QStringList& statements) {
      {
        QSqlDatabase direct = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("direct"));
        direct.setDatabaseName(file);
        QVERIFY(direct.open());
        for (const QString& statement : statements)
          QVERIFY2(QSqlQuery(direct).exec(statement), qPrintable(statement));
      }
      QSqlDatabase::removeDatabase(QStringLiteral("direct"));
    };
    sql({QStringLiteral("CREATE TABLE chats(id INTEGER PRIMARY KEY, title TEXT NOT NULL DEFAULT '', pinned "
                        "INTEGER NOT NULL "
                        "DEFAULT 0, updated INTEGER NOT NULL DEFAULT 0, options TEXT NOT NULL DEFAULT '', "
                        "draft TEXT NOT NULL "
                        "DEFAULT '', removed INTEGER NOT NULL DEFAULT 0)"),
         QStringLiteral("CREATE TABLE messages(id INTEGER PRIMARY KEY, chat INTEGER NOT NULL, role TEXT NOT "
                        "NULL, text TEXT NOT "
                        "NULL, reasoning TEXT NOT NULL DEFAULT '', state TEXT NOT NULL, problem TEXT NOT "
                        "NULL DEFAULT '', figures "
                        "TEXT NOT NULL DEFAULT '', vision TEXT NOT NULL DEFAULT '', model TEXT NOT NULL "
                        "DEFAULT '', removed "
                        "INTEGER NOT NULL DEFAULT 0)"),
         QStringLiteral("INSERT INTO chats(id, title) VALUES(7, 'old')"),
         QStringLiteral(
             "INSERT INTO messages(id, chat, role, text, state, removed) VALUES(8, 7, 'user', 'a', "
             "'complete', 0), (9, 7, 'assistant', 'gone', 'complete', 1), (10, 7, 'assistant', 'b', "
             "'complete', 0), (11, 7, 'user', 'c', 'complete', 0)")});
    {
      Database database(folder.path());
      const auto opened = database.open(false);
      QVERIFY(opened.has_value() && opened->moved_aside.isEmpty());
      const Result<Chat> chat = database.read(7);
      QCOMPARE(texts(chat->messages), QStringLiteral("a|b|c"));
      QCOMPARE(chat->messages[2].parent, MessageId(10));
      QVERIFY(chat->aside.empty());
    }
    sql({QStringLiteral("PRAGMA user_version = 1000")});
    Database database(folder.path());
    const auto opened = database.open(false);
    QVERIFY(!opened.has_value());
    QCOMPARE(opened.error().code, ErrorCode::kUnsupported);
    QVERIFY(!database.set_title(7, QStringLiteral("new")).has_value());
    QVERIFY(QFile::exists(file));
    sql({QStringLiteral("UPDATE chats SET title = 'whole' WHERE id = 7 AND title = 'old'")});
  }

  void a_lost_parent_loses_no_other_message() {
    QTemporaryDir folder;
    Database database(folder.path());
    QVERIFY(database.open(false).has_value());
    const ChatId id = add_branches(database);
    ChatMessage orphan;
    orphan.id = new_id();
    orphan.parent = 12345;
    orphan.text = QStringLiteral("orphan");
    QVERIFY(database.save_message(id, orphan).has_value());
    QCOMPARE(texts(database.read(id)->messages), QStringLiteral("which?|pears|sure?|orphan"));
    // Parents in a circle, which no program writes, still end.
    MessageTree circle;
    circle.add(1, 2);
    circle.add(2, 1);
    QVERIFY(circle.path_to(1).size() <= 2);
    QVERIFY(circle.newest_end(1) != 0);
  }

  void search_finds_every_branch_and_opens_it() {
    QTemporaryDir folder;
    Database database(folder.path());
    QVERIFY(database.open(false).has_value());
    const ChatId id = add_branches(database);
    QCOMPARE(texts(database.read(id)->messages), QStringLiteral("which?|pears|sure?"));
    const auto found = database.list(QStringLiteral("apples"));
    QCOMPARE(found->size(), std::size_t(1));
    QCOMPARE(texts(database.read(id, found->front().hit_message)->messages), QStringLiteral("which?|apples"));
    QCOMPARE(texts(database.read(id, 999)->messages), QStringLiteral("which?|pears|sure?"));
  }

  void files_hold_the_branch_that_is_shown_and_json_holds_all() {
    QTemporaryDir folder;
    Database database(folder.path() + QStringLiteral("/state"));
    QVERIFY(database.open(false).has_value());
    const ChatId id = add_branches(database);
    const Result<Chat> before = database.read(id);
    QVERIFY(database.set_shown(id, before->aside.at(0).id).has_value());
    const QString markdown = folder.path() + QStringLiteral("/c.md");
    QVERIFY(write_chat(database, id, markdown, ExportFormat::kMarkdown).has_value());
    QVERIFY(read_all(markdown).contains("apples") && !read_all(markdown).contains("pears"));
    const QString json = folder.path() + QStringLiteral("/c.json");
    QVERIFY(write_chat(database, id, json, ExportFormat::kJson).has_value());
    const Result<ChatId> copy = read_chat_file(database, json);
    QVERIFY(copy.has_value());
    const Result<Chat> chat = database.read(*copy);
    QCOMPARE(texts(chat->messages), QStringLiteral("which?|apples"));
    QCOMPARE(texts(chat->aside), QStringLiteral("pears|sure?"));
    QCOMPARE(chat->aside[0].parent, chat->messages[0].id);
    QCOMPARE(chat->aside[1].parent, chat->aside[0].id);
  }

  void arrows_switch_by_mouse_and_keys() {
    Chatting c;
    MainWindow window(c.bench);
    window.show();
    QApplication::setActiveWindow(&window);
    c.ask(QStringLiteral("One?"));
    c.session.regenerate(1);
    c.wait();
    const auto arrows = [&] {
      const auto views = window.chat().findChildren<VersionSwitch*>();
      for (VersionSwitch* view : views) {
        if (view->isVisible()) return view;
      }
      return static_cast<VersionSwitch*>(nullptr);
    };
    QTRY_VERIFY(arrows() != nullptr);
    QCOMPARE(arrows()->findChild<QLabel*>()->text(), QStringLiteral("2/2"));
    QTRY_VERIFY(arrows()->findChildren<QToolButton*>()[0]->isEnabled());
    QTest::mouseClick(arrows()->findChildren<QToolButton*>()[0], Qt::LeftButton);
    QTRY_COMPARE(c.place(1), QStringLiteral("1/2"));
    QTRY_VERIFY(arrows() != nullptr);
    // The keys stay at the arrows.
    arrows()->findChildren<QToolButton*>()[1]->setFocus();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
    QTRY_COMPARE(c.place(1), QStringLiteral("2/2"));
    QTRY_VERIFY(arrows() != nullptr && arrows()->isAncestorOf(QApplication::focusWidget()));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
    QTRY_COMPARE(c.place(1), QStringLiteral("1/2"));
    window.chat().composer().focus_text();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Right, Qt::AltModifier);
    QTRY_COMPARE(c.place(1), QStringLiteral("2/2"));
    QVERIFY(qobject_cast<QPlainTextEdit*>(QApplication::focusWidget()) != nullptr);
  }
};

std::unique_ptr<QObject> branches_suite() {
  return std::make_unique<BranchesTest>();
}

#include <branches_test.moc>
