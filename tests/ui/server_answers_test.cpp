// The window while a server elsewhere is its engine: real HTTP, a server that does what each test says.
#include "server_window.h"
#include "servers_suites.h"
#include "ui/bench/bench_panel.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/history/chat_json.h"
#include "ui/performance/speed_panel.h"
#include "ui/server/server_dialog.h"
#include "ui/stage_words.h"

#include <QComboBox>
#include <QPushButton>
#include <QSlider>
#include <QTest>
#include <algorithm>
#include <atomic>
#include <thread>

using namespace fovea;
using namespace fovea::test;
using namespace fovea::ui;

namespace {

Attachment picture() {
  Attachment a;
  a.name = QStringLiteral("a.png");
  const QByteArray bytes = png(40, 30);
  a.hash = QByteArray(64, 'a');
  a.size = QSize(40, 30);
  a.bytes = std::make_shared<const std::vector<std::uint8_t>>(bytes.begin(), bytes.end());
  return a;
}

}  // namespace

class ServerAnswersTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    vault_ = std::make_shared<VaultState>();
  }

  void it_answers_and_the_window_says_where_questions_go() {
    ScriptedServer server(answers);
    ServerWindow w(folder_->path(), vault_);
    QVERIFY(w.says_somewhere(QStringLiteral("Everything stays on this machine.")));
    w.use(server);
    QTRY_VERIFY(w.bench.bridge.ready());
    const QString host = QStringLiteral("127.0.0.1:%1").arg(server.port());
    QVERIFY(w.says_somewhere(
        QStringLiteral("Questions and pictures go to the server %1 on this machine.").arg(host)));
    QVERIFY(!w.says_somewhere(QStringLiteral("Everything stays on this machine.")));
    QVERIFY(w.says_somewhere(QStringLiteral("test-model · ") + host));
    w.bench.session.ask(QStringLiteral("What does it say?"), {picture()});
    QTRY_VERIFY(!w.bench.session.running());
    QCOMPARE(w.last().state, MessageState::kComplete);
    QCOMPARE(w.last().text, QStringLiteral("The sign says ÄÖ 停."));
    QCOMPARE(w.last().model, QStringLiteral("test-model on ") + host);
    QVERIFY(server.questions()[0].body.find("data:image/png;base64") != std::string::npos);
    QCOMPARE(w.last().figures->completion_tokens, std::int64_t(7));
    // Answered again: a second question, the first answer stays as a version.
    w.bench.session.regenerate(1);
    QTRY_VERIFY(!w.bench.session.running());
    QCOMPARE(server.questions().size(), std::size_t(2));
    QCOMPARE(w.bench.session.version_of(1).count, 2);
  }

  void away_from_this_machine_it_is_said_so() {
    ServerWindow w(folder_->path(), vault_);
    w.window.chat().set_destination(QStringLiteral("api.example.org:443"), false);
    QVERIFY(w.says_somewhere(
        QStringLiteral("Questions and pictures leave this machine: they go to api.example.org:443.")));
    w.window.chat().set_destination({}, false);
    QVERIFY(!w.says_somewhere(QStringLiteral("api.example.org")));
    w.window.chat().set_destination(QStringLiteral("api.example.org:443"), false, 640);
    QVERIFY(w.says_somewhere(
        QStringLiteral("they go to api.example.org:443. Pictures are made smaller to 640 pixels first.")));
  }

  void what_a_server_does_not_tell_is_never_zero() {
    ScriptedServer server([](const WireRequest&, WireConnection& connection) {
      connection.begin_stream();
      connection.send(text_event("One ") + text_event("two") + finish_event("stop") + std::string(kDone));
    });
    ServerWindow w(folder_->path(), vault_);
    w.use(server);
    QTRY_VERIFY(w.bench.bridge.ready());
    w.bench.session.ask(QStringLiteral("Count."), {});
    QTRY_VERIFY(!w.bench.session.running());
    QVERIFY(w.last().figures.has_value());
    const AnswerFigures figures = *w.last().figures;
    QVERIFY2(foot_text(figures).contains(QStringLiteral("tokens not told")), qPrintable(foot_text(figures)));
    QVERIFY(!foot_text(figures).contains(QStringLiteral("0 tokens")));
    const QString table = figures_as_table(figures);
    QVERIFY(table.contains(QStringLiteral("Tokens in\tunknown")));
    QVERIFY(table.contains(QStringLiteral("Tokens out\tunknown")));
    QVERIFY(table.contains(QStringLiteral("Time per output token\tunknown")));
    QVERIFY(table.contains(QStringLiteral("From the answer cache\tunknown")));
    const auto rows = stage_rows(figures);
    QVERIFY(std::any_of(rows.begin(), rows.end(), [](const StageRow& row) {
      return row.name == QStringLiteral("Waiting for the server");
    }));
    // Kept with the chat.
    const AnswerFigures read = figures_from_json(to_json(figures));
    QVERIFY(read.untold.tokens && read.elsewhere && !read.untold.vision);
    QVERIFY(!to_json(AnswerFigures()).contains(QLatin1String("untold")));
    QVERIFY(!to_json(AnswerFigures()).contains(QLatin1String("elsewhere")));
  }

  void what_cannot_be_known_says_why() {
    ScriptedServer server(answers);
    ServerWindow w(folder_->path(), vault_);
    w.use(server);
    QTRY_VERIFY(w.bench.bridge.ready());
    const QString host = QStringLiteral("127.0.0.1:%1").arg(server.port());
    w.window.chat().composer().set_content(QStringLiteral("A question"), {picture()});
    QTRY_VERIFY(w.says_somewhere(
        QStringLiteral("No forecast: %1 prepares the question, and does not tell beforehand what it takes.")
            .arg(host)));
    auto* budget = w.named<QSlider>(QStringLiteral("Tokens a picture may take"));
    QVERIFY(!budget->isEnabled());
    QCOMPARE(budget->toolTip(), host + QStringLiteral(" prepares the pictures as it is set up there"));
    QTest::qWait(200);
    QVERIFY(!w.says_somewhere(QStringLiteral("Forecasting")));
    auto* mode = w.named<QComboBox>(QStringLiteral("How questions share the engine"));
    QVERIFY(!mode->isEnabled() && mode->isHidden());
    // A run would be made on a model of this machine.
    w.window.open_lab(true);
    const auto buttons = w.window.lab()->findChildren<QPushButton*>();
    QVERIFY(std::any_of(buttons.begin(), buttons.end(), [](const QPushButton* one) {
      return !one->isEnabled() &&
             one->toolTip().contains(QStringLiteral("A server answers, and runs are made"));
    }));
    w.window.open_lab(false);
    // Back on this machine all of it is known again.
    w.bench.load_model(QStringLiteral("/models/scripted"));
    QTRY_VERIFY(w.bench.bridge.status().kind == EngineStatus::Kind::kReady &&
                !w.bench.bridge.status().destination());
    QVERIFY(mode->isEnabled() && !mode->isHidden());
    QTRY_VERIFY(!w.says_somewhere(host));
  }

  void a_connection_lost_in_mid_answer_keeps_what_came() {
    ScriptedServer server([](const WireRequest&, WireConnection& connection) {
      connection.begin_stream();
      connection.send(text_event("Half an answer"));
    });
    ServerWindow w(folder_->path(), vault_);
    w.use(server);
    QTRY_VERIFY(w.bench.bridge.ready());
    w.bench.session.ask(QStringLiteral("Go on."), {});
    QTRY_VERIFY(!w.bench.session.running());
    QCOMPARE(w.last().state, MessageState::kFailed);
    QCOMPARE(w.last().text, QStringLiteral("Half an answer"));
    QVERIFY(w.says_somewhere(QStringLiteral("broke off. What came stands.")));
    QVERIFY(w.button(QStringLiteral("Continue")) != nullptr);
    QVERIFY(w.bench.bridge.ready());
  }

  void a_server_that_went_away_is_said_without_an_answer() {
    auto server = std::make_unique<ScriptedServer>(answers);
    ServerWindow w(folder_->path(), vault_);
    w.use(*server);
    QTRY_VERIFY(w.bench.bridge.ready());
    server.reset();
    w.bench.session.ask(QStringLiteral("Are you there?"), {});
    QTRY_VERIFY_WITH_TIMEOUT(!w.bench.session.running(), 15'000);
    QCOMPARE(w.last().state, MessageState::kFailed);
    QVERIFY(w.last().text.isEmpty());
    QVERIFY(w.says_somewhere(QStringLiteral("No server answers at 127.0.0.1:")));
    QVERIFY(w.button(QStringLiteral("Continue")) == nullptr);
  }

  void stopping_closes_the_connection() {
    std::atomic<bool> closed{false};
    ScriptedServer server([&](const WireRequest&, WireConnection& connection) {
      connection.begin_stream();
      connection.send(text_event("Begun"));
      closed = connection.wait_for_close();
    });
    ServerWindow w(folder_->path(), vault_);
    w.use(server);
    QTRY_VERIFY(w.bench.bridge.ready());
    w.bench.session.ask(QStringLiteral("Go on for ever."), {});
    QTRY_COMPARE(w.last().text, QStringLiteral("Begun"));
    w.bench.session.stop();
    QTRY_VERIFY(!w.bench.session.running());
    QCOMPARE(w.last().state, MessageState::kStopped);
    QTRY_VERIFY(closed.load());
  }

  void the_local_servers_dialog_says_that_questions_go_on_to_it() {
    ScriptedServer server(answers);
    ServerWindow w(folder_->path(), vault_);
    QTest::keyClick(&w.window, Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(w.window.findChild<ServerDialog*>() != nullptr);
    QVERIFY(!w.says_somewhere(QStringLiteral("passed on to")));
    w.use(server);
    QTRY_VERIFY(w.bench.bridge.ready());
    QVERIFY(w.says_somewhere(QStringLiteral("What callers ask is passed on to the server 127.0.0.1:")));
    w.bench.load_model(QStringLiteral("/models/scripted"));
    QTRY_VERIFY(w.bench.bridge.status().kind == EngineStatus::Kind::kReady &&
                !w.bench.bridge.status().server);
    QVERIFY(!w.says_somewhere(QStringLiteral("passed on to")));
    auto* dialog = w.window.findChild<ServerDialog*>();
    dialog->set_destination(QStringLiteral("api.example.org:443"), false);
    QVERIFY(w.says_somewhere(
        QStringLiteral("leaves this machine: questions and pictures are passed on to api.example.org:443")));
    QVERIFY(!w.says_somewhere(QStringLiteral("smaller")));
    dialog->set_destination(QStringLiteral("api.example.org:443"), false, 640);
    QVERIFY(w.says_somewhere(QStringLiteral("now. Pictures are made smaller to 640 pixels first.")));
  }

  void while_a_server_is_asked_the_model_here_goes_on() {
    ScriptedServer server(answers);
    std::atomic<bool> may_answer{false};
    server.answer_models([&](const WireRequest&, WireConnection& connection) {
      while (!may_answer) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      connection.reply(401, "{}");
    });
    ServerWindow w(folder_->path(), vault_);
    w.bench.load_model(QStringLiteral("/models/scripted"));
    QTRY_VERIFY(w.bench.bridge.status().kind == EngineStatus::Kind::kReady);
    w.use(server);
    QTRY_VERIFY(w.bench.bridge.status().kind == EngineStatus::Kind::kLoading);
    QVERIFY2(!w.bench.bridge.status().destination(), "a question asked now stays here");
    QVERIFY(!w.says_somewhere(QStringLiteral("Questions and pictures")));
    may_answer = true;
    QTRY_VERIFY(w.bench.bridge.status().error.has_value());
    QCOMPARE(w.bench.bridge.status().kind, EngineStatus::Kind::kReady);
    QCOMPARE(w.bench.bridge.status().folder, std::string("/models/scripted"));
    QVERIFY(!w.bench.bridge.status().server);
    QVERIFY(w.says_somewhere(QStringLiteral("wants a key")));
  }

 private:
  std::unique_ptr<QTemporaryDir> folder_;
  std::shared_ptr<VaultState> vault_;
};

std::unique_ptr<QObject> server_answers_suite() {
  return std::make_unique<ServerAnswersTest>();
}

#include <server_answers_test.moc>
