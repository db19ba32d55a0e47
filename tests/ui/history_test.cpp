// The history: what is kept, found, deleted and recovered.
#include "kept_chat.h"
#include "suites.h"
#include "ui/history/database.h"
#include "ui/history_store.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace fovea;
using namespace fovea::ui;

namespace {

int files_below(const QString& folder) {
  int count = 0;
  for (const QString& sub : QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
    count += int(QDir(folder + u'/' + sub).entryList(QDir::Files).size());
  return count;
}

}  // namespace

class HistoryTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_chat_comes_back_as_it_was() {
    QTemporaryDir folder;
    ChatId id = 0;
    {
      Database database(folder.path());
      QVERIFY(database.open(false).has_value());
      id = test::add_chat(database, QStringLiteral("Receipts"), QStringLiteral("What is the total?"),
                          QStringLiteral("It is 42.10 €."));
      QVERIFY(database.save_draft(id, QStringLiteral("and the"), {test::picture(20)}).has_value());
    }
    Database database(folder.path());
    QVERIFY(database.open(false).has_value());
    const Result<Chat> chat = database.read(id);
    QVERIFY(chat.has_value());
    QCOMPARE(chat->messages.size(), std::size_t(2));
    QCOMPARE(chat->messages[0].attachments.size(), std::size_t(1));
    QCOMPARE(chat->messages[0].attachments[0].size, QSize(32, 24));
    QVERIFY(!chat->messages[0].attachments[0].thumbnail.isNull());
    QCOMPARE(chat->messages[1].figures->stages[Stage::kDecode], 1.5);
    QCOMPARE(chat->messages[1].vision.at(0).tokens, std::int64_t(64));
    QCOMPARE(chat->draft, QStringLiteral("and the"));
    QCOMPARE(chat->draft_attachments.size(), std::size_t(1));
    const auto bytes = database.picture(chat->messages[0].attachments[0].hash);
    QVERIFY(bytes.has_value());
    QCOMPARE(**bytes, *test::picture(10).bytes);
  }

  void a_picture_is_kept_once() {
    QTemporaryDir folder;
    Database database(folder.path());
    QVERIFY(database.open(false).has_value());
    for (int i = 0; i < 3; ++i)
      test::add_chat(database, QStringLiteral("c"), QStringLiteral("q"), QStringLiteral("a"));
    QCOMPARE(files_below(folder.path() + QStringLiteral("/pictures")), 1);
  }

  void search_finds_words_parts_and_chinese() {
    QTemporaryDir folder;
    Database database(folder.path());
    QVERIFY(database.open(false).has_value());
    const ChatId first =
        test::add_chat(database, QStringLiteral("Receipts"), QStringLiteral("What is the total?"),
                       QStringLiteral("发票总额是四十二元"));
    test::add_chat(database, QStringLiteral("Plans"), QStringLiteral("How many rooms?"),
                   QStringLiteral("Five 100% \"sure\""));
    for (const char* query : {"total", "OTA", "总额是", "总额", "Receipt"}) {
      const auto found = database.list(QString::fromUtf8(query));
      QVERIFY(found.has_value());
      QCOMPARE(found->size(), std::size_t(1));
      QCOMPARE(found->front().id, first);
    }
    QCOMPARE(database.list(QStringLiteral("sure\"")).value().size(), std::size_t(1));
    QCOMPARE(database.list(QStringLiteral("%")).value().size(), std::size_t(1));
    QCOMPARE(database.list(QStringLiteral("nothing of it")).value().size(), std::size_t(0));
    QVERIFY(database.list(QStringLiteral("total")).value().front().hit.contains(QStringLiteral("total")));
    QCOMPARE(database.list({}).value().size(), std::size_t(2));
  }

  void deleting_is_undone_until_the_next_start() {
    QTemporaryDir folder;
    ChatId id = 0;
    {
      Database database(folder.path());
      QVERIFY(database.open(false).has_value());
      id = test::add_chat(database, QStringLiteral("c"), QStringLiteral("q"), QStringLiteral("a"));
      QVERIFY(database.set_chat_removed(id, true).has_value());
      QVERIFY(!database.read(id).has_value());
      QVERIFY(database.set_chat_removed(id, false).has_value());
      QVERIFY(database.read(id).has_value());
      QVERIFY(database.set_chat_removed(id, true).has_value());
    }
    Database database(folder.path());
    QVERIFY(database.open(false).has_value());
    QVERIFY(database.set_chat_removed(id, false).has_value());
    QVERIFY(!database.read(id).has_value());
    QCOMPARE(files_below(folder.path() + QStringLiteral("/pictures")), 0);
  }

  void a_cut_off_answer_is_marked_unless_another_window_writes_it() {
    QTemporaryDir folder;
    ChatSummary chat{new_id(), QStringLiteral("c"), false, 1, {}};
    ChatMessage answer = test::message(Role::kAssistant, QStringLiteral("half an"));
    answer.state = MessageState::kRunning;
    {
      Database database(folder.path());
      QVERIFY(database.open(false).has_value());
      QVERIFY(database.save_chat(chat, {}).has_value());
      QVERIFY(database.save_message(chat.id, answer).has_value());
      Database other(folder.path());
      QVERIFY(other.open(true).has_value());
      QCOMPARE(other.read(chat.id)->messages[0].state, MessageState::kRunning);
    }
    Database database(folder.path());
    QVERIFY(database.open(false).has_value());
    const Result<Chat> read = database.read(chat.id);
    QCOMPARE(read->messages[0].state, MessageState::kInterrupted);
    QCOMPARE(read->messages[0].text, answer.text);
  }

  void a_damaged_database_is_kept_aside_and_recovered() {
    QTemporaryDir folder;
    const QString file = folder.path() + QStringLiteral("/history.sqlite");
    {
      Database database(folder.path());
      QVERIFY(database.open(false).has_value());
      for (int i = 0; i < 60; ++i)
        test::add_chat(database, QStringLiteral("chat %1").arg(i), QStringLiteral("q").repeated(300),
                       QStringLiteral("a").repeated(600));
    }
    QFile damaged(file);
    QVERIFY(damaged.open(QIODevice::ReadWrite));
    const qint64 size = damaged.size();
    damaged.seek(size / 4096 / 2 * 4096);
    damaged.write(QByteArray(8192, '\x5A'));
    damaged.close();
    Database database(folder.path());
    const Result<Database::Opened> opened = database.open(false);
    QVERIFY(opened.has_value());
    QVERIFY(!opened->moved_aside.isEmpty());
    QVERIFY(QFile::exists(folder.path() + u'/' + opened->moved_aside));
    QVERIFY2(opened->recovered_chats >= 30, qPrintable(QString::number(opened->recovered_chats)));
    QCOMPARE(database.list({}).value().size(), std::size_t(opened->recovered_chats));
  }

  void what_is_no_database_is_kept_aside() {
    QTemporaryDir folder;
    QFile file(folder.path() + QStringLiteral("/history.sqlite"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        "this is no database, and never was one; it is long enough to be read as a header, though.......");
    file.close();
    Database database(folder.path());
    const Result<Database::Opened> opened = database.open(false);
    QVERIFY(opened.has_value());
    QVERIFY(!opened->moved_aside.isEmpty());
    test::add_chat(database, QStringLiteral("c"), QStringLiteral("q"), QStringLiteral("a"));
    QCOMPARE(database.list({}).value().size(), std::size_t(1));
  }

  void kills_lose_nothing_that_was_kept() {
    QTemporaryDir folder;
    QList<std::pair<ChatId, MessageId>> kept;
    for (int round = 0; round < 12; ++round) {
      QProcess writer;
      writer.start(QCoreApplication::applicationFilePath(),
                   {QStringLiteral("--write-history"), folder.path()});
      QVERIFY(writer.waitForReadyRead(20'000));
      QTest::qWait(QRandomGenerator::global()->bounded(60));
      writer.kill();
      writer.waitForFinished();
      for (const QByteArray& said : writer.readAllStandardOutput().split('\n')) {
        const QList<QByteArray> ids = said.split(' ');
        if (ids.size() == 2 && ids[1].size() == ids[0].size())
          kept.append({ids[0].toLongLong(), ids[1].toLongLong()});
      }
      Database database(folder.path());
      const Result<Database::Opened> opened = database.open(false);
      QVERIFY(opened.has_value());
      QVERIFY(opened->moved_aside.isEmpty());
      std::set<MessageId> there;
      const auto chats = database.list({});
      for (const ChatSummary& summary : *chats) {
        const Result<Chat> chat = database.read(summary.id);
        for (const ChatMessage& m : chat->messages) {
          there.insert(m.id);
          QVERIFY(m.state != MessageState::kRunning);
          for (const Attachment& a : m.attachments) QVERIFY(database.picture(a.hash).has_value());
        }
      }
      for (const auto& [chat, id] : kept) QVERIFY(there.count(id) == 1);
    }
    QVERIFY(kept.size() > 12);
  }

  void the_store_answers_on_this_thread_and_says_when_a_disk_refuses() {
    QTemporaryDir folder;
    const QString locked = folder.path() + QStringLiteral("/file");
    QFile file(locked);
    QVERIFY(file.open(QIODevice::WriteOnly));  // a file where the folder should be
    HistoryStore store(locked);
    int failures = 0;
    connect(&store, &HistoryStore::failed, this, [&] { ++failures; });
    QTRY_VERIFY(failures > 0);
    store.save_message(1, test::message(Role::kUser, QStringLiteral("x")));
    QTRY_VERIFY(failures > 1);
  }
};

std::unique_ptr<QObject> history_suite() {
  return std::make_unique<HistoryTest>();
}

#include <history_test.moc>
