// A question that is written and not yet asked: kept while it is typed, in every way out of its chat, and
// found again at the next start.
#include "suites.h"
#include "test_services.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/chat/transcript_view.h"
#include "ui/history/database.h"
#include "ui/main_window.h"
#include "ui/workbench.h"

#include <QFile>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

using namespace fovea;
using namespace fovea::ui;

namespace {

struct Opened {
  explicit Opened(const QString& folder)
      : bench(test::scripted_services(test::one_answer(), folder)), window(bench) {
    window.resize(1280, 800);
    window.show();
    bench.load_usual_model();
  }
  Composer& composer() { return window.chat().composer(); }
  QPlainTextEdit* question() { return composer().findChild<QPlainTextEdit*>(); }
  ChatId chat() const { return bench.session.summary().id; }
  /// The draft that is on disk, and how many pictures it has.
  std::pair<QString, int> kept(ChatId id) {
    std::pair<QString, int> out;
    bool done = false;
    bench.store.read(id, 0, [&](const Result<Chat>& read) {
      if (read) out = {read->draft, int(read->draft_attachments.size())};
      done = true;
    });
    return QTest::qWaitFor([&] { return done; }) ? out : std::pair(QStringLiteral("not read"), -1);
  }
  ChatId left() {
    ChatId out = -1;
    bench.store.left_draft([&](ChatId chat) { out = chat; });
    return QTest::qWaitFor([&] { return out >= 0; }) ? out : ChatId(-1);
  }

  Workbench bench;
  MainWindow window;
};

QString picture(const QTemporaryDir& folder) {
  QFile file(folder.filePath(QStringLiteral("picture.png")));
  if (file.open(QIODevice::WriteOnly)) file.write(test::png(64, 48));
  return file.fileName();
}

using Draft = std::pair<QString, int>;

}  // namespace

class DraftsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void it_is_kept_while_somebody_types_without_a_pause() {
    QTemporaryDir folder;
    Opened o(folder.path());
    const ChatId id = o.chat();
    for (int i = 0; i < 40; ++i) {
      QTest::keyClicks(o.question(), QStringLiteral("x"));
      QTest::qWait(50);
    }
    QVERIFY2(o.kept(id).first.size() >= 10, qPrintable(o.kept(id).first));
  }

  void it_is_kept_when_another_chat_is_opened_at_once() {
    QTemporaryDir folder;
    Opened o(folder.path());
    const ChatId id = o.chat();
    o.composer().add_files({picture(folder)});
    QTRY_VERIFY(o.composer().attachments().size() == 1 && o.composer().attachments()[0].usable());
    QTest::keyClicks(o.question(), QStringLiteral("half a question"));
    o.bench.new_chat();
    QVERIFY(o.question()->toPlainText().isEmpty());
    QCOMPARE(o.kept(id), Draft(QStringLiteral("half a question"), 1));
    o.bench.session.open(id);
    QTRY_COMPARE(o.question()->toPlainText(), QStringLiteral("half a question"));
    QCOMPARE(o.composer().attachments().size(), std::size_t(1));
  }

  void it_comes_back_after_another_question_was_edited() {
    QTemporaryDir folder;
    Opened o(folder.path());
    QTRY_VERIFY(o.bench.bridge.ready());
    o.bench.session.ask(QStringLiteral("first"), {});
    QTRY_VERIFY(!o.bench.session.running());
    QTest::keyClicks(o.question(), QStringLiteral("next one"));
    Q_EMIT o.window.chat().transcript().editWanted(0);
    QTRY_COMPARE(o.question()->toPlainText(), QStringLiteral("first"));
    QTest::keyClick(o.question(), Qt::Key_Return);
    QTRY_VERIFY(!o.bench.session.running() && o.bench.session.messages().size() == 2);
    QCOMPARE(o.question()->toPlainText(), QStringLiteral("next one"));
    QTRY_COMPARE(o.kept(o.chat()), Draft(QStringLiteral("next one"), 0));
    // And where the question is left as it was.
    Q_EMIT o.window.chat().transcript().editWanted(0);
    QTRY_COMPARE(o.question()->toPlainText(), QStringLiteral("first"));
    for (auto* button : o.window.findChildren<QPushButton*>()) {
      if (button->isVisible() && button->text() == QLatin1String("Leave it as it was")) button->click();
    }
    QCOMPARE(o.question()->toPlainText(), QStringLiteral("next one"));
    QCOMPARE(o.bench.session.messages().size(), std::size_t(2));
  }

  void the_one_that_was_written_last_is_found_at_the_next_start() {
    QTemporaryDir folder;
    ChatId id = 0;
    {
      Opened o(folder.path());
      QTRY_VERIFY(o.bench.bridge.ready());
      o.bench.session.ask(QStringLiteral("asked"), {});
      QTRY_VERIFY(!o.bench.session.running());
      QCOMPARE(o.left(), ChatId(0));
      id = o.chat();
      o.bench.new_chat();
      o.bench.session.ask(QStringLiteral("asked later"), {});
      QTRY_VERIFY(!o.bench.session.running());
      o.bench.session.open(id);
      QTRY_COMPARE(o.chat(), id);
      QTest::keyClicks(o.question(), QStringLiteral("not asked"));
      QTRY_COMPARE(o.left(), id);
      // Something else that is done afterwards counts more.
      o.bench.new_chat();
      o.bench.session.ask(QStringLiteral("asked last"), {});
      QTRY_VERIFY(!o.bench.session.running());
      QCOMPARE(o.left(), ChatId(0));
      o.bench.session.open(id);
      QTRY_COMPARE(o.question()->toPlainText(), QStringLiteral("not asked"));
      QTest::keyClicks(o.question(), QStringLiteral(" yet"));
      QTRY_COMPARE(o.kept(id).first, QStringLiteral("not asked yet"));
      // Another window over the same history leaves it to this one.
      Opened second(folder.path());
      QCOMPARE(second.left(), ChatId(0));
    }
    Opened o(folder.path());
    QCOMPARE(o.left(), id);
    o.bench.store.set_chat_removed(id, true);
    QCOMPARE(o.left(), ChatId(0));
  }

  void a_picture_without_words_is_a_draft_too() {
    QTemporaryDir folder;
    Opened o(folder.path());
    o.composer().add_files({picture(folder)});
    QTRY_COMPARE(o.kept(o.chat()), Draft(QString(), 1));
    QCOMPARE(o.left(), o.chat());
  }
};

std::unique_ptr<QObject> drafts_suite() {
  return std::make_unique<DraftsTest>();
}

#include <drafts_test.moc>
