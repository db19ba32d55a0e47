// Pictures that are made smaller before they go to a server: only where that was chosen, said before, told
// after.
#include "server_window.h"
#include "servers_suites.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat_request.h"
#include "ui/history/chat_json.h"
#include "ui/stage_words.h"

#include <QAbstractButton>
#include <QBuffer>
#include <QCryptographicHash>
#include <QImage>
#include <QTest>
#include <atomic>

using namespace fovea;
using namespace fovea::test;
using namespace fovea::ui;

namespace {

Attachment attached(const QString& name, const QByteArray& bytes, QSize size) {
  Attachment a;
  a.name = name;
  a.hash = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
  a.size = size;
  a.bytes = std::make_shared<const std::vector<std::uint8_t>>(bytes.begin(), bytes.end());
  return a;
}

/// One that is small enough.
Attachment small() {
  return attached(QStringLiteral("a.png"), png(40, 30), {40, 30});
}

/// One that nothing makes small without making it smaller.
Attachment noise() {
  QImage image(1200, 900, QImage::Format_RGB32);
  std::uint32_t random = 1;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x)
      image.setPixel(x, y, 0xFF000000U | ((random = random * 1664525U + 1013904223U) >> 8U));
  }
  QByteArray bytes;
  QBuffer buffer(&bytes);
  image.save(&buffer, "BMP");
  return attached(QStringLiteral("noise.bmp"), bytes, image.size());
}

QString notes_of(const ChatMessage& answer) {
  return answer.figures ? answer_notes(*answer.figures).join(u'\n') : QString();
}

}  // namespace

class ServerPicturesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    vault_ = std::make_shared<VaultState>();
  }

  void they_go_as_they_are_unless_asked_for() {
    ScriptedServer server(answers);
    ServerWindow w(folder_->path(), vault_);
    w.use(server);
    QTRY_VERIFY(w.bench.bridge.ready());
    QVERIFY(!w.says_somewhere(QStringLiteral("smaller")));
    w.bench.session.ask(QStringLiteral("What is it?"), {noise()});
    QTRY_VERIFY(!w.bench.session.running());
    QVERIFY(server.questions()[0].body.find("data:image/bmp;base64") != std::string::npos);
    QCOMPARE(w.last().figures->upload.pictures, 0);
    QVERIFY(notes_of(w.last()).isEmpty());
    QVERIFY(!foot_text(*w.last().figures).contains(QStringLiteral("instead of")));
    QVERIFY(!to_json(*w.last().figures).contains(QLatin1String("upload")));
  }

  void they_go_smaller_and_it_is_said_before_and_after() {
    ScriptedServer server(answers);
    ServerWindow w(folder_->path(), vault_);
    const QString id = w.use(server, QStringLiteral("test-model"), {}, {1000, 70});
    QTRY_VERIFY(w.bench.bridge.ready());
    const QString line = QStringLiteral("Pictures are made smaller to 1000 pixels first.");
    QVERIFY(w.says_somewhere(QStringLiteral("on this machine. ") + line));
    w.bench.session.ask(QStringLiteral("What is it?"), {noise()});
    QTRY_VERIFY(!w.bench.session.running());
    const std::string body = server.questions().back().body;
    QVERIFY(body.find("data:image/jpeg;base64") != std::string::npos);
    QVERIFY2(body.size() < 1'500'000, "4.32 MB before");
    const AnswerFigures figures = *w.last().figures;
    QCOMPARE(figures.upload.pictures, 1);
    QVERIFY(figures.upload.sent_bytes < body.size());
    const QString note = notes_of(w.last());
    QVERIFY2(note.contains(QStringLiteral("1 picture was made smaller on its way to the server: ")) &&
                 note.contains(QStringLiteral(" went instead of 4.32 MB. That took ")),
             qPrintable(note));
    auto* foot = w.named<QAbstractButton>(QStringLiteral("Figures of the answer: ") + foot_text(figures));
    QVERIFY(foot != nullptr && foot->isVisible());
    QVERIFY2(foot->text().contains(QStringLiteral(" sent instead of 4.32 MB")), qPrintable(foot->text()));
    foot->click();
    QVERIFY(w.says_somewhere(note));
    QVERIFY(figures_as_table(figures).contains(QStringLiteral("Pictures made smaller\t1")));
    QVERIFY(figures_as_json(figures).contains(QStringLiteral("\"source_bytes\": 4320072")));
    // Kept with the chat.
    const AnswerFigures read = figures_from_json(to_json(figures));
    QCOMPARE(read.upload.sent_bytes, figures.upload.sent_bytes);
    QCOMPARE(answer_notes(read).join(u'\n'), note);
    // A question whose pictures are small enough has nothing to tell, and tells nothing of the one before.
    w.bench.session.begin_new({});
    w.bench.session.ask(QStringLiteral("And this?"), {small()});
    QTRY_VERIFY(!w.bench.session.running());
    QVERIFY(server.questions().back().body.find("data:image/png;base64") != std::string::npos);
    QVERIFY(notes_of(w.last()).isEmpty());
    // Turned off again.
    ServerEntry entry = *w.bench.servers.find(id);
    entry.reduction = {};
    w.bench.servers.put(entry, {});
    w.bench.use_server(id);
    QTRY_VERIFY(!w.says_somewhere(line));
    QTRY_COMPARE(w.bench.bridge.status().kind, EngineStatus::Kind::kReady);
    w.bench.session.ask(QStringLiteral("And now?"), {noise()});
    QTRY_VERIFY(!w.bench.session.running());
    QVERIFY(server.questions().back().body.find("data:image/bmp;base64") != std::string::npos);
    QVERIFY(notes_of(w.last()).isEmpty());
  }

  void what_was_saved_stands_at_its_own_answer() {
    // The first answer is stopped while it is written; somebody else asks the same engine meanwhile.
    ScriptedServer server([](const WireRequest& request, WireConnection& connection) {
      connection.begin_stream();
      const bool whole = request.body.find("for ever") == std::string::npos;
      connection.send(whole ? whole_answer() : text_event("Begun"));
      if (!whole) connection.wait_for_close();
    });
    ServerWindow w(folder_->path(), vault_);
    w.use(server, QStringLiteral("test-model"), {}, {500, 50});
    QTRY_VERIFY(w.bench.bridge.ready());
    w.bench.session.ask(QStringLiteral("Go on for ever."), {small()});
    QTRY_COMPARE(w.last().text, QStringLiteral("Begun"));
    ChatMessage others;
    others.text = QStringLiteral("Another's");
    others.attachments = {noise()};
    const auto ended = std::make_shared<std::atomic<bool>>(false);
    QVERIFY(w.bench.bridge.engine()->submit(
        chat_request({}, {others}),
        [ended](const GenerationEvent& event) { *ended = *ended || event.last(); }));
    QTRY_VERIFY(ended->load());
    w.bench.session.stop();
    QTRY_VERIFY(!w.bench.session.running());
    QVERIFY2(notes_of(w.last()).isEmpty(), "another's picture");
    w.bench.session.ask(QStringLiteral("Go on for ever."), {noise()});
    QTRY_COMPARE(w.last().text, QStringLiteral("Begun"));
    w.bench.session.stop();
    QTRY_VERIFY(!w.bench.session.running());
    QCOMPARE(w.last().figures->upload.pictures, 1);
    QVERIFY(notes_of(w.last()).contains(QStringLiteral("1 picture was made smaller")));
  }

 private:
  std::unique_ptr<QTemporaryDir> folder_;
  std::shared_ptr<VaultState> vault_;
};

std::unique_ptr<QObject> server_pictures_suite() {
  return std::make_unique<ServerPicturesTest>();
}

#include <server_pictures_test.moc>
