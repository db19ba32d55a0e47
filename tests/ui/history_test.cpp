#include "suites.h"
#include "test_services.h"
#include "ui/history/chat_export.h"
#include "ui/history/chat_json_file.h"
#include "ui/history/database.h"
#include "ui/history_store.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFontDatabase>
#include <QProcess>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <thread>

using namespace fovea;
using namespace fovea::ui;

namespace {

constexpr QRgb kCodeGround = 0xFFEFF2F3;  // on paper

Attachment picture(int shade) {
  const QByteArray bytes = test::png(32, 24, shade);
  Attachment out;
  out.name = QStringLiteral("p%1.png").arg(shade);
  out.size = QSize(32, 24);
  out.thumbnail = QImage::fromData(bytes);
  out.hash = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
  out.bytes = std::make_shared<std::vector<std::uint8_t>>(bytes.begin(), bytes.end());
  return out;
}

ChatMessage message(Role role, const QString& text) {
  ChatMessage out;
  out.id = new_id();
  out.role = role;
  out.text = text;
  return out;
}

/// A chat of a question with a picture and an answer with figures.
ChatId add_chat(Database& database, const QString& title, const QString& question,
                const QString& answer_text) {
  ChatSummary chat{new_id(), title, false, new_id() >> 12, {}};
  [&] { QVERIFY(database.save_chat(chat, {}).has_value()); }();
  ChatMessage asked = message(Role::kUser, question);
  asked.attachments = {picture(10)};
  [&] { QVERIFY(database.save_message(chat.id, asked).has_value()); }();
  ChatMessage answer = message(Role::kAssistant, answer_text);
  answer.parent = asked.id;
  answer.figures = AnswerFigures{};
  answer.figures->ttft = 0.5;
  answer.figures->stages[Stage::kDecode] = 1.5;
  answer.vision.resize(1);
  answer.vision[0].tokens = 64;
  [&] { QVERIFY(database.save_message(chat.id, answer).has_value()); }();
  return chat.id;
}

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
      id = add_chat(database, QStringLiteral("Receipts"), QStringLiteral("What is the total?"),
                    QStringLiteral("It is 42.10 €."));
      QVERIFY(database.save_draft(id, QStringLiteral("and the"), {picture(20)}).has_value());
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
    QCOMPARE(**bytes, *picture(10).bytes);
  }

  void a_picture_is_kept_once() {
    QTemporaryDir folder;
    Database database(folder.path());
    QVERIFY(database.open(false).has_value());
    for (int i = 0; i < 3; ++i)
      add_chat(database, QStringLiteral("c"), QStringLiteral("q"), QStringLiteral("a"));
    QCOMPARE(files_below(folder.path() + QStringLiteral("/pictures")), 1);
  }

  void search_finds_words_parts_and_chinese() {
    QTemporaryDir folder;
    Database database(folder.path());
    QVERIFY(database.open(false).has_value());
    const ChatId first = add_chat(database, QStringLiteral("Receipts"), QStringLiteral("What is the total?"),
                                  QStringLiteral("发票总额是四十二元"));
    add_chat(database, QStringLiteral("Plans"), QStringLiteral("How many rooms?"),
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
      id = add_chat(database, QStringLiteral("c"), QStringLiteral("q"), QStringLiteral("a"));
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
    ChatMessage answer = message(Role::kAssistant, QStringLiteral("half an"));
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
        add_chat(database, QStringLiteral("chat %1").arg(i), QStringLiteral("q").repeated(300),
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
    add_chat(database, QStringLiteral("c"), QStringLiteral("q"), QStringLiteral("a"));
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

  void an_exported_chat_comes_back() {
    QTemporaryDir folder;
    Database database(folder.path() + QStringLiteral("/state"));
    QVERIFY(database.open(false).has_value());
    const ChatId id = add_chat(database, QStringLiteral("Receipts"), QStringLiteral("What is <b>it</b>?"),
                               QStringLiteral("**42**"));
    const QString json = folder.path() + QStringLiteral("/chat.json");
    QVERIFY(write_chat(database, id, json, ExportFormat::kJson).has_value());
    const Result<ChatId> copy = read_chat_file(database, json);
    QVERIFY(copy.has_value());
    const Result<Chat> chat = database.read(*copy);
    QCOMPARE(chat->summary.title, QStringLiteral("Receipts"));
    QCOMPARE(chat->messages[0].text, QStringLiteral("What is <b>it</b>?"));
    QCOMPARE(chat->messages[0].attachments[0].hash, picture(10).hash);
    QCOMPARE(chat->messages[1].figures->ttft, 0.5);
    QVERIFY(chat->messages[0].id != database.read(id)->messages[0].id);

    QVERIFY(write_chat(database, id, folder.path() + QStringLiteral("/chat.md"), ExportFormat::kMarkdown)
                .has_value());
    QCOMPARE(QDir(folder.path() + QStringLiteral("/chat-pictures")).entryList(QDir::Files).size(), 1);
    QVERIFY(write_chat(database, id, folder.path() + QStringLiteral("/chat.html"), ExportFormat::kHtml)
                .has_value());
    QFile html(folder.path() + QStringLiteral("/chat.html"));
    QVERIFY(html.open(QIODevice::ReadOnly));
    const QByteArray text = html.readAll();
    QVERIFY(text.contains("data:;base64,"));
    QVERIFY(!text.contains("<b>it</b>"));
    QVERIFY(!read_chat_file(database, folder.path() + QStringLiteral("/chat.md")).has_value());
  }

  void code_of_an_exported_page_is_one_piece() {
    QTemporaryDir folder;
    Database database(folder.path() + QStringLiteral("/state"));
    QVERIFY(database.open(false).has_value());
    const ChatId id = add_chat(database, QStringLiteral("Code"), QStringLiteral("?"),
                               QStringLiteral("So {margin-top:0px; margin-bottom:0px; }:\n\n```python\na < "
                                              "1\n\n  b\n```\n\n```json\n{}\n```\n\n    by indent\n"));
    const QString name = folder.filePath(QStringLiteral("code.html"));
    QVERIFY(write_chat(database, id, name, ExportFormat::kHtml).has_value());
    QFile html(name);
    QVERIFY(html.open(QIODevice::ReadOnly));
    QString text = QString::fromUtf8(html.readAll());
    // Paragraphs stand apart, and text that looks alike stays.
    QVERIFY(!text.contains(QRegularExpression(QStringLiteral("<p [^>]*margin-top:"))));
    QVERIFY(text.contains(QStringLiteral("{margin-top:0px; margin-bottom:0px; }")));
    text.remove(QRegularExpression(QStringLiteral("</?span[^>]*>")));
    QStringList pieces;
    QRegularExpressionMatchIterator found = QRegularExpression(QStringLiteral("<pre[^>]*>(.*?)</pre>"),
                                                               QRegularExpression::DotMatchesEverythingOption)
                                                .globalMatch(text);
    while (found.hasNext()) pieces.append(found.next().captured(1));
    QCOMPARE(pieces, QStringList({QStringLiteral("a &lt; 1\n\n  b"), QStringLiteral("{}"),
                                  QStringLiteral("by indent")}));
  }

  void code_on_paper_has_room_on_its_ground() {
    QTemporaryDir folder;
    Database database(folder.path() + QStringLiteral("/state"));
    QVERIFY(database.open(false).has_value());
    const ChatId id = add_chat(database, QStringLiteral("Code"), QStringLiteral("?"),
                               QStringLiteral("```\nHHHHHHHH\nHHHH\n```\n\nAfter."));
    const QString file = folder.filePath(QStringLiteral("code.pdf"));
    QVERIFY(write_chat(database, id, file, ExportFormat::kPdf,
                       test::scripted_services({}, folder.path()).decode_picture)
                .has_value());
    const QString painted = folder.filePath(QStringLiteral("page"));
    if (QProcess::execute(QStringLiteral("pdftoppm"),
                          {QStringLiteral("-png"), QStringLiteral("-r"), QStringLiteral("96"),
                           QStringLiteral("-singlefile"), file, painted}) != 0)
      QSKIP("needs poppler-utils");
    const QImage page(painted + QStringLiteral(".png"));
    QRect ground;
    QRect written;
    for (int y = 0; y < page.height(); ++y)
      for (int x = 0; x < page.width(); ++x)
        if (page.pixel(x, y) == kCodeGround) ground |= QRect(x, y, 1, 1);
    QVERIFY(ground.width() > page.width() / 2 && ground.height() > 30);
    const QRect inside = ground.adjusted(3, 3, -3, -3);
    for (int y = inside.top(); y <= inside.bottom(); ++y)
      for (int x = inside.left(); x <= inside.right(); ++x)
        if (page.pixel(x, y) != kCodeGround) written |= QRect(x, y, 1, 1);
    QVERIFY(!written.isEmpty());
    QVERIFY2(written.left() - ground.left() >= 10 && written.top() - ground.top() >= 6 &&
                 ground.bottom() - written.bottom() >= 6,
             qPrintable(QStringLiteral("%1 %2").arg(written.left()).arg(ground.left())));
  }

  void a_chat_becomes_pages_with_its_pictures() {
    QTemporaryDir folder;
    Database database(folder.path() + QStringLiteral("/state"));
    QVERIFY(database.open(false).has_value());
    QString answer = QStringLiteral("It is **42**.\n\n![x](file:///etc/hostname)\n\n");
    for (int i = 0; i < 120; ++i) answer += QStringLiteral("- line %1\n").arg(i);
    const ChatId id = add_chat(database, QStringLiteral("Receipts"),
                               QStringLiteral("What is <b>it</b>? ") + QChar(0x5408), answer);
    const auto decode = test::scripted_services({}, folder.path()).decode_picture;
    // Away from the GUI thread, as the store does it.
    const QString file = folder.filePath(QStringLiteral("chat.pdf"));
    bool written = false;
    std::thread([&] {
      written = write_chat(database, id, file, ExportFormat::kPdf, decode).has_value();
    }).join();
    QVERIFY(written);
    QVERIFY(!QDir(folder.path()).exists(QStringLiteral("chat-pictures")));
    const auto read = [&](const QString& tool, const QStringList& arguments) {
      QProcess process;
      process.start(tool, arguments);
      process.waitForFinished();
      return QString::fromUtf8(process.readAllStandardOutput());
    };
    const QString text =
        read(QStringLiteral("pdftotext"), {QStringLiteral("-layout"), file, QStringLiteral("-")});
    if (text.isEmpty()) QSKIP("needs poppler-utils");
    QVERIFY(text.startsWith(QStringLiteral("Receipts")));
    QVERIFY2(text.contains(QStringLiteral("What is <b>it</b>?")), qPrintable(text.left(400)));
    const bool has_chinese = !QFontDatabase::families(QFontDatabase::SimplifiedChinese).isEmpty();
    if (has_chinese) QVERIFY(text.contains(QStringLiteral("What is <b>it</b>? ") + QChar(0x5408)));
    QVERIFY(text.contains(QStringLiteral("It is 42.")));
    for (int i = 0; i < 120; ++i)
      QVERIFY2(text.contains(QRegularExpression(QStringLiteral("line %1\\b").arg(i))),
               qPrintable(QString::number(i)));
    const auto pages = text.count(u'\f');
    QVERIFY(pages >= 2);
    for (int page = 1; page <= pages; ++page)
      QVERIFY(text.section(u'\f', page - 1, page - 1)
                  .contains(QStringLiteral("Page %1 of %2").arg(page).arg(pages)));
    // The first page, painted: the question's picture is on it in its own colour.
    const QString painted = folder.filePath(QStringLiteral("page"));
    read(QStringLiteral("pdftoppm"),
         {QStringLiteral("-png"), QStringLiteral("-r"), QStringLiteral("96"), QStringLiteral("-l"),
          QStringLiteral("1"), QStringLiteral("-singlefile"), file, painted});
    const QImage page(painted + QStringLiteral(".png"));
    QVERIFY(!page.isNull());
    int in_colour = 0;
    for (int y = 0; y < page.height(); ++y)
      for (int x = 0; x < page.width(); ++x) {
        const QColor colour = page.pixelColor(x, y);  // JPEG: nearly 10, 245, 10
        in_colour += colour.red() < 30 && colour.green() > 220 && colour.blue() < 30 ? 1 : 0;
      }
    QVERIFY2(in_colour > 32 * 24 / 2, qPrintable(QString::number(in_colour)));
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
    store.save_message(1, message(Role::kUser, QStringLiteral("x")));
    QTRY_VERIFY(failures > 1);
  }
};

std::unique_ptr<QObject> history_suite() {
  return std::make_unique<HistoryTest>();
}

#include <history_test.moc>
