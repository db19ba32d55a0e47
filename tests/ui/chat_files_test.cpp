// A chat as a file: Markdown, HTML, PDF and JSON, and JSON read again.
#include "kept_chat.h"
#include "opened_window.h"
#include "seen.h"
#include "suites.h"
#include "ui/history/chat_export.h"
#include "ui/history/chat_json_file.h"
#include "ui/history/history_panel.h"
#include "ui/history_store.h"

#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFontDatabase>
#include <QLineEdit>
#include <QListView>
#include <QProcess>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <thread>

using namespace fovea;
using namespace fovea::ui;

namespace {

constexpr QRgb kCodeGround = 0xFFEFF2F3;  // on paper

}  // namespace

class ChatFilesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void an_exported_chat_comes_back() {
    QTemporaryDir folder;
    Database database(folder.path() + QStringLiteral("/state"));
    QVERIFY(database.open(false).has_value());
    const ChatId id = test::add_chat(database, QStringLiteral("Receipts"),
                                     QStringLiteral("What is <b>it</b>?"), QStringLiteral("**42**"));
    const QString json = folder.path() + QStringLiteral("/chat.json");
    QVERIFY(write_chat(database, id, json, ExportFormat::kJson).has_value());
    const Result<ChatId> copy = read_chat_file(database, json);
    QVERIFY(copy.has_value());
    const Result<Chat> chat = database.read(*copy);
    QCOMPARE(chat->summary.title, QStringLiteral("Receipts"));
    QCOMPARE(chat->messages[0].text, QStringLiteral("What is <b>it</b>?"));
    QCOMPARE(chat->messages[0].attachments[0].hash, test::picture(10).hash);
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
    const ChatId id =
        test::add_chat(database, QStringLiteral("Code"), QStringLiteral("?"),
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
    const ChatId id = test::add_chat(database, QStringLiteral("Code"), QStringLiteral("?"),
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
    const ChatId id = test::add_chat(database, QStringLiteral("Receipts"),
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

  void what_is_imported_has_thumbnails_and_is_told_of() {
    QTemporaryDir folder;
    const QString json = folder.filePath(QStringLiteral("chat.json"));
    const auto decode = test::scripted_services({}, folder.path()).decode_picture;
    {
      Database database(folder.filePath(QStringLiteral("before")));
      QVERIFY(database.open(false).has_value());
      const ChatId id =
          test::add_chat(database, QStringLiteral("Receipts"), QStringLiteral("?"), QStringLiteral("42"));
      QVERIFY(write_chat(database, id, json, ExportFormat::kJson).has_value());
    }
    HistoryStore store(folder.filePath(QStringLiteral("after")));
    QSignalSpy changed(&store, &HistoryStore::changed);
    ChatId copy = 0;
    store.import_chat(json, decode, [&](const Result<ChatId>& chat) { copy = chat ? *chat : 0; });
    QTRY_VERIFY(copy != 0 && changed.size() == 1);
    QSize thumbnail;
    store.read(copy, 0, [&](const Result<Chat>& chat) {
      if (chat) thumbnail = chat->messages[0].attachments[0].thumbnail.size();
    });
    QTRY_COMPARE(thumbnail, QSize(32, 24));
  }

  void what_cannot_be_imported_says_why() {
    QTemporaryDir folder;
    Database database(folder.filePath(QStringLiteral("state")));
    QVERIFY(database.open(false).has_value());
    const ChatId id =
        test::add_chat(database, QStringLiteral("Receipts"), QStringLiteral("?"), QStringLiteral("42"));
    const QString whole = folder.filePath(QStringLiteral("whole.json"));
    QVERIFY(write_chat(database, id, whole, ExportFormat::kJson).has_value());
    QFile file(whole);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray text = file.readAll();
    const auto refusal = [&](const QByteArray& written) {
      QFile other(folder.filePath(QStringLiteral("other.json")));
      [&] { QVERIFY(other.open(QIODevice::WriteOnly)); }();
      other.write(written);
      other.close();
      const Result<ChatId> read = read_chat_file(database, other.fileName());
      return read ? QString() : QString::fromStdString(read.error().message);
    };
    QCOMPARE(refusal(text), QString());
    QVERIFY(refusal(text.left(text.size() / 2)).contains(QStringLiteral("damaged")));
    QByteArray later = text;
    later.replace("\"version\": 1", "\"version\": 9");
    QVERIFY(refusal(later).contains(QStringLiteral("later version")));
    for (const QByteArray& none :
         {QByteArray("{\"messages\": []}"), QByteArray("{\"messages\": ["), QByteArray()})
      QVERIFY(refusal(none).contains(QStringLiteral("not a chat that Fovea exported")));
    const Result<ChatId> gone = read_chat_file(database, folder.filePath(QStringLiteral("gone.json")));
    QVERIFY(!gone && gone.error().message.find("may not be read") != std::string::npos);
    QCOMPARE(database.list({}).value().size(), std::size_t(2));  // nothing half is kept
  }

  void a_chat_is_exported_with_the_ending_of_its_format() {
    test::Opened o(test::answer_of(1, 0));
    QTRY_VERIFY(o.bench.bridge.ready());
    o.bench.session.ask(QStringLiteral("What: is / it?"), {});
    QTRY_VERIFY(!o.bench.session.running());
    const QTemporaryDir target;
    const auto save = [&](const QString& filter, const QString& name, QString& offered) {
      QTimer::singleShot(0, &o.window, [&] {
        auto* dialog = o.window.findChild<QFileDialog*>();
        QVERIFY(dialog != nullptr);
        auto* field = dialog->findChild<QLineEdit*>();
        offered = field->text();
        dialog->selectNameFilter(filter);
        Q_EMIT dialog->filterSelected(filter);
        field->setText(target.filePath(name));
        QMetaObject::invokeMethod(dialog, "accept");
      });
      Q_EMIT o.window.findChild<HistoryPanel*>()->exportWanted(o.bench.session.summary().id,
                                                               o.bench.session.summary().title);
    };
    QString offered;
    save(QStringLiteral("JSON (*.json)"), QStringLiteral("plain"), offered);
    QCOMPARE(offered, QStringLiteral("What is it.md"));
    QTRY_VERIFY(test::shows(o.window, QStringLiteral("Exported as plain.json.")));
    QVERIFY(QFile::exists(target.filePath(QStringLiteral("plain.json"))));
    QCOMPARE(o.bench.export_folder, target.path());
    save(QStringLiteral("HTML (*.html)"), QStringLiteral("page.md"), offered);
    QTRY_VERIFY(test::shows(o.window, QStringLiteral("Exported as page.md.")));
    QFile page(target.filePath(QStringLiteral("page.md")));
    QVERIFY(page.open(QIODevice::ReadOnly));
    QVERIFY(page.readAll().startsWith("# "));  // what is written by hand counts
  }
};

std::unique_ptr<QObject> chat_files_suite() {
  return std::make_unique<ChatFilesTest>();
}

#include <chat_files_test.moc>
