// What is much at once: the window's thread is never held up for more than 50 ms, and memory stays bounded.
#include "core/input/vision/image_loader.h"
#include "memory_watch.h"
#include "opened_window.h"
#include "suites.h"
#include "ui/chat/attachment_model.h"
#include "ui/chat/markdown_view.h"
#include "ui/chat/message_view.h"
#include "ui/chat/transcript_view.h"

#include <QApplication>
#include <QMimeData>
#include <QScrollBar>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTest>
#include <QTimer>
#include <QtEndian>
#include <algorithm>

using namespace fovea;
using namespace fovea::ui;

namespace {

/// As the program decodes them.
Result<DecodedPicture> decoded(std::span<const std::uint8_t> file, const std::string& name) {
  Result<DecodedImage> picture = decode_image(file, name);
  if (!picture) return picture.error();
  return DecodedPicture{std::move(picture->image), std::move(picture->note)};
}

bool all_usable(test::Opened& o) {
  const auto& attachments = o.composer().attachments();
  return std::all_of(attachments.begin(), attachments.end(), [](const Attachment& a) { return a.usable(); });
}

/// PNG, annex D: of a chunk's type and content.
quint32 checksum(const QByteArray& bytes) {
  quint32 crc = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    crc ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

/// Gives the history a chat, and waits until it has it.
void keep(HistoryStore& store, const ChatSummary& chat) {
  store.save_chat(chat, {});
  std::size_t listed = 0;
  store.list({}, [&](const std::vector<ChatSummary>& chats) { listed = chats.size(); });
  QTRY_VERIFY_WITH_TIMEOUT(listed > 0, 60'000);
}

/// A chat of so many messages of one length, written into the history behind the window's back.
void write_chat(const QString& history, const ChatSummary& chat, int messages, const QString& text) {
  {
    QSqlDatabase direct = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("direct"));
    direct.setDatabaseName(history);
    QVERIFY(direct.open() && direct.transaction());
    QSqlQuery insert(direct);
    insert.prepare(
        QStringLiteral("INSERT INTO messages(id, chat, role, text, state) VALUES(?, ?, ?, ?, 'complete')"));
    for (int i = 0; i < messages; ++i) {
      insert.bindValue(0, chat.id + 1 + i);
      insert.bindValue(1, chat.id);
      insert.bindValue(2, i % 2 == 0 ? QStringLiteral("user") : QStringLiteral("assistant"));
      insert.bindValue(3, text.arg(i));
      QVERIFY(insert.exec());
    }
    QVERIFY(direct.commit());
  }
  QSqlDatabase::removeDatabase(QStringLiteral("direct"));
}

}  // namespace

class LoadsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_model_loads_and_200_pictures_are_dropped() {
    QTemporaryDir folder;
    const QStringList files = test::picture_files(folder, 200);
    test::Opened o(test::answer_of(1, 0), decoded);
    QTest::qWait(50);
    const test::MemoryWatch memory;
    const test::Watchdog watchdog;
    QMimeData drop;
    QList<QUrl> urls;
    for (const QString& file : files) urls.append(QUrl::fromLocalFile(file));
    drop.setUrls(urls);
    QTimer::singleShot(0, &o.window, [&] { o.composer().add(&drop); });
    QTRY_VERIFY_WITH_TIMEOUT(o.composer().attachments().size() == 200, 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(all_usable(o), 60'000);
    QTRY_VERIFY(o.bench.bridge.ready());
    QTest::qWait(800);  // the draft is kept
    watchdog.check();
    memory.check(150);
  }

  void a_picture_of_100_megapixels_is_shown() {
    QTemporaryDir folder;
    const QString file = test::picture_files(folder, 1, {12'500, 8000}).front();
    test::Opened o(test::answer_of(1, 0), decoded);
    QTRY_VERIFY(o.bench.bridge.ready());
    QTest::qWait(50);
    const test::MemoryWatch memory;
    const test::Watchdog watchdog;
    bool shown = false;
    connect(&o.bench.loader, &AttachmentLoader::decoded, &o.window, [&] { shown = true; });
    QTimer::singleShot(0, &o.window, [&] { o.composer().add_files({file}); });
    QTRY_VERIFY_WITH_TIMEOUT(!o.composer().attachments().empty() && all_usable(o), 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(shown, 60'000);
    QTest::qWait(300);
    watchdog.check();
    memory.check(450);  // its pixels are 300 MB
  }

  void a_picture_of_over_200_megapixels_is_refused_with_the_limit() {
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("huge.png"));
    QByteArray png = test::png(2, 2);
    // Its header alone says 20,000 × 10,001.
    png.replace(16, 8, QByteArray::fromHex("00004e2000002711"));
    const quint32 sum = qToBigEndian(checksum(png.mid(12, 17)));
    png.replace(29, 4, QByteArray(reinterpret_cast<const char*>(&sum), 4));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(png);
    file.close();
    test::Opened o(test::answer_of(1, 0), decoded);
    o.composer().add_files({path});
    QTRY_VERIFY(!o.composer().attachments().empty() && !o.composer().attachments()[0].loading);
    const QString why = o.composer().attachments()[0].problem;
    QVERIFY2(why.contains(QStringLiteral("200 megapixels")), qPrintable(why));
  }

  void a_long_answer_streams() {
    const int tokens = test::quiet_machine() ? 100'000 : 20'000;
    test::Opened o(test::answer_of(tokens, 0));
    QTRY_VERIFY(o.bench.bridge.ready());
    QTest::qWait(50);
    const test::MemoryWatch memory;
    const test::Watchdog watchdog;
    QTimer::singleShot(0, &o.window, [&] { o.bench.session.ask(QStringLiteral("?"), {}); });
    QTRY_VERIFY(o.bench.session.running());
    QTRY_VERIFY_WITH_TIMEOUT(!o.bench.session.running(), 240'000);
    QTest::qWait(500);
    watchdog.check();
    memory.check(300);
    QVERIFY(o.bench.session.messages().back().text.contains(QStringLiteral("word%1 ").arg(tokens - 1)));
    const test::Watchdog resizing;
    for (const int width : {1180, 1000, 1280}) {
      o.window.resize(width, 800);
      QTest::qWait(50);
    }
    QTest::qWait(1000);
    resizing.check();
    const ChatId chat = o.bench.session.summary().id;
    const test::Watchdog opening;
    o.bench.new_chat();
    QTimer::singleShot(0, &o.window, [&] { o.bench.session.open(chat); });
    QTRY_COMPARE_WITH_TIMEOUT(o.bench.session.messages().size(), std::size_t(2), 60'000);
    QTRY_VERIFY(!o.window.chat().transcript().building());
    QTest::qWait(2000);
    opening.check();
    const auto texts = [] {
      const QWidgetList all = QApplication::allWidgets();
      return std::count_if(all.begin(), all.end(), [](const QWidget* widget) {
        return qobject_cast<const MarkdownView*>(widget) != nullptr;
      });
    };
    QVERIFY(texts() > 4);
    const test::Watchdog closing;
    QTimer::singleShot(0, &o.window, [&] { o.window.chat().transcript().release_views(); });
    QTRY_COMPARE_WITH_TIMEOUT(texts(), qsizetype(0), 60'000);
    closing.check();
    QVERIFY(o.window.findChildren<MessageView*>().empty());
  }

  void quitting_does_not_wait_for_a_long_answer() {
    test::Opened o(test::answer_of(1, 0));
    const ChatSummary chat{new_id(), QStringLiteral("long"), false, 1, {}};
    keep(o.bench.store, chat);
    QString text = QStringLiteral("%1\n\n");
    for (int i = 0; i < 20'000; ++i)
      text += i % 40 == 39 ? QStringLiteral("word\n\n") : QStringLiteral("word ");
    write_chat(o.folder.filePath(QStringLiteral("history.sqlite")), chat, 2, text);
    o.bench.session.open(chat.id);
    QTRY_COMPARE_WITH_TIMEOUT(o.bench.session.messages().size(), std::size_t(2), 60'000);
    QTRY_VERIFY(!o.window.chat().transcript().building());
    QTRY_VERIFY(o.window.findChildren<MarkdownView*>().size() > 3);
    QTest::qWait(500);
    const test::Watchdog watchdog;
    QTimer::singleShot(0, &o.window, [&] { o.window.close(); });
    QTRY_VERIFY(!o.window.isVisible());
    // What is left of the window goes with one event; the conversation is no part of it any more.
    QVERIFY(o.window.findChildren<MessageView*>().empty());
    QTest::qWait(2000);
    watchdog.check();
  }

  void a_chat_of_5000_messages_opens() {
    test::Opened o(test::answer_of(1, 0));
    const ChatSummary chat{new_id(), QStringLiteral("long"), false, 1, {}};
    keep(o.bench.store, chat);
    write_chat(o.folder.filePath(QStringLiteral("history.sqlite")), chat, 5000,
               QStringLiteral("message **%1** with some words\n\n- one\n- two"));
    QTest::qWait(200);
    const test::MemoryWatch memory;
    const test::Watchdog watchdog;
    QTimer::singleShot(0, &o.window, [&] { o.bench.session.open(chat.id); });
    QTRY_COMPARE_WITH_TIMEOUT(o.bench.session.messages().size(), std::size_t(5000), 30'000);
    QTRY_VERIFY(!o.window.chat().transcript().building());
    QTest::qWait(100);
    watchdog.check();
    memory.check(100);
    QVERIFY(o.window.findChildren<MessageView*>().size() < 100);
    const QScrollBar* bar = o.window.chat().transcript().verticalScrollBar();
    QCOMPARE(bar->value(), bar->maximum());
  }
};

std::unique_ptr<QObject> loads_suite() {
  return std::make_unique<LoadsTest>();
}

#include <loads_test.moc>
