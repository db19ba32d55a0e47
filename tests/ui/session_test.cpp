#include "suites.h"
#include "test_services.h"
#include "ui/chat_request.h"
#include "ui/workbench.h"

#include <QTemporaryDir>
#include <QTest>

using namespace fovea;
using namespace fovea::ui;

namespace {

test::Script short_answer() {
  test::Script script;
  script.model = test::scripted_model();
  script.steps = {test::says("Forty-two."), test::finishes(3)};
  return script;
}

void load(Workbench& bench) {
  bench.load_usual_model();
  QTRY_VERIFY(bench.bridge.ready());
}

void ask(Workbench& bench, const QString& text, std::vector<Attachment> pictures = {}) {
  bench.session.ask(text, std::move(pictures));
  QTRY_VERIFY(!bench.session.running());
}

Attachment picture() {
  const QByteArray bytes = test::png(20, 20);
  return read_picture(test::scripted_services({}, {}).decode_picture,
                      std::make_shared<std::vector<std::uint8_t>>(bytes.begin(), bytes.end()),
                      QStringLiteral("p.png"));
}

}  // namespace

class SessionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_question_is_answered_and_kept() {
    QTemporaryDir folder;
    ChatId id = 0;
    {
      Workbench bench(test::scripted_services(short_answer(), folder.path()));
      load(bench);
      ask(bench, QStringLiteral("What is it?"), {picture()});
      QCOMPARE(bench.session.messages().size(), std::size_t(2));
      QCOMPARE(bench.session.messages()[1].text, QStringLiteral("Forty-two."));
      QCOMPARE(bench.session.messages()[1].state, MessageState::kComplete);
      QCOMPARE(bench.session.summary().title, QStringLiteral("What is it?"));
      QVERIFY(bench.session.messages()[1].figures->ttft > 0.0);
      id = bench.session.summary().id;
    }
    Workbench bench(test::scripted_services(short_answer(), folder.path()));
    bench.session.open(id);
    QTRY_COMPARE(bench.session.messages().size(), std::size_t(2));
    // The picture's bytes are fetched before the next question is sent.
    load(bench);
    ask(bench, QStringLiteral("And now?"));
    QCOMPARE(bench.session.messages().size(), std::size_t(4));
    QVERIFY(bench.session.messages()[0].attachments[0].bytes != nullptr);
  }

  // The history may be slow, on a disk that is: who wanted something else meanwhile keeps it.
  void a_chat_that_is_still_read_comes_over_nothing_newer() {
    QTemporaryDir folder;
    Workbench bench(test::scripted_services(short_answer(), folder.path()));
    load(bench);
    ask(bench, QStringLiteral("What is it?"), {picture()});
    const ChatId id = bench.session.summary().id;
    bench.new_chat();
    const auto all_is_read = [&bench] {
      bool read = false;
      bench.store.list({}, [&read](const std::vector<ChatSummary>&) { read = true; });
      return QTest::qWaitFor([&read] { return read; });
    };
    bench.session.open(id);
    bench.new_chat();
    QVERIFY(all_is_read());
    QVERIFY(bench.session.empty());
    bench.session.open(id);
    bench.session.ask(QStringLiteral("Something else"), {});
    QVERIFY(all_is_read());
    QCOMPARE(bench.session.messages()[0].text, QStringLiteral("Something else"));
  }

  void requests_hold_the_whole_chat() {
    QTemporaryDir folder;
    auto record = std::make_shared<test::ScriptedEngine::Record>();
    Workbench bench(test::scripted_services(short_answer(), folder.path(), record));
    load(bench);
    ChatOptions options;
    options.system_prompt = QStringLiteral("Be short.");
    options.temperature = 0.0;
    options.max_pixels = 4096;
    bench.session.set_options(options);
    ask(bench, QStringLiteral("What is it?"), {picture()});
    ask(bench, QStringLiteral("Sure?"));
    const std::lock_guard lock(record->mutex);
    const GenerationRequest& request = record->requests.at(1);
    QCOMPARE(request.messages.size(), std::size_t(4));
    QCOMPARE(request.messages[0].role, Role::kSystem);
    QVERIFY(std::holds_alternative<ImagePart>(request.messages[1].content[0]));
    QCOMPARE(request.messages[2].role, Role::kAssistant);
    QCOMPARE(request.sampling.temperature, std::optional<double>(0.0));
    QCOMPARE(request.image_budget.max_pixels, std::int64_t(4096));
  }

  void stopping_keeps_what_came() {
    QTemporaryDir folder;
    test::Script script = short_answer();
    script.steps.pop_back();  // says something, then waits
    Workbench bench(test::scripted_services(script, folder.path()));
    load(bench);
    bench.session.ask(QStringLiteral("?"), {});
    QTRY_COMPARE(bench.session.messages().back().text, QStringLiteral("Forty-two."));
    bench.session.stop();
    QTRY_VERIFY(!bench.session.running());
    QCOMPARE(bench.session.messages().back().state, MessageState::kStopped);
  }

  void leaving_a_chat_ends_its_answer() {
    QTemporaryDir folder;
    test::Script script = short_answer();
    script.steps.pop_back();
    Workbench bench(test::scripted_services(script, folder.path()));
    load(bench);
    bench.session.ask(QStringLiteral("?"), {});
    const ChatId id = bench.session.summary().id;
    QTRY_VERIFY(!bench.session.messages().back().text.isEmpty());
    bench.new_chat();
    QVERIFY(bench.session.empty());
    QVERIFY(!bench.session.running());
    bench.session.open(id);
    QTRY_COMPARE(bench.session.messages().size(), std::size_t(2));
    QCOMPARE(bench.session.messages().back().state, MessageState::kStopped);
  }

  void a_stopped_answer_goes_on() {
    QTemporaryDir folder;
    test::Script script = short_answer();
    script.steps.pop_back();
    Workbench bench(test::scripted_services(script, folder.path()));
    load(bench);
    bench.session.ask(QStringLiteral("?"), {});
    QTRY_COMPARE(bench.session.messages().back().text, QStringLiteral("Forty-two."));
    bench.session.stop();
    QTRY_VERIFY(!bench.session.running());
    const MessageId id = bench.session.messages().back().id;
    bench.session.continue_answer(1);
    QVERIFY(bench.session.running());
    const GenerationRequest request = chat_request({}, bench.session.messages());
    QVERIFY(request.continue_answer);
    QCOMPARE(std::get<TextPart>(request.messages.back().content.front()).text, std::string("Forty-two."));
    QTRY_COMPARE(bench.session.messages().back().text, QStringLiteral("Forty-two.Forty-two."));
    bench.session.stop();
    QTRY_VERIFY(!bench.session.running());
    QCOMPARE(bench.session.messages().size(), std::size_t(2));
    QCOMPARE(bench.session.messages().back().id, id);
    QVERIFY(!chat_request({}, bench.session.messages()).continue_answer);
  }

  void a_whole_answer_does_not_go_on() {
    QTemporaryDir folder;
    Workbench bench(test::scripted_services(short_answer(), folder.path()));
    load(bench);
    ask(bench, QStringLiteral("One?"));
    bench.session.continue_answer(1);
    bench.session.continue_answer(0);
    QVERIFY(!bench.session.running());
    QVERIFY(!can_be_continued(bench.session.messages()[0]));
    QVERIFY(!can_be_continued(bench.session.messages()[1]));
  }

  void a_failure_is_shown_and_left_out_of_the_next_request() {
    QTemporaryDir folder;
    test::Script script;
    script.steps = {test::fails(ErrorCode::kTooLong, "The question is too long.", "Shorten it.")};
    Workbench bench(test::scripted_services(script, folder.path()));
    load(bench);
    ask(bench, QStringLiteral("One?"));
    QCOMPARE(bench.session.messages()[1].state, MessageState::kFailed);
    QCOMPARE(bench.session.messages()[1].problem, QStringLiteral("The question is too long. Shorten it."));
    QCOMPARE(chat_request({}, bench.session.messages()).messages.size(), std::size_t(1));
  }

  void drafts_survive() {
    QTemporaryDir folder;
    ChatId id = 0;
    {
      Workbench bench(test::scripted_services(short_answer(), folder.path()));
      bench.session.save_draft(QStringLiteral("half a question"), {picture()});
      id = bench.session.summary().id;
    }
    Workbench bench(test::scripted_services(short_answer(), folder.path()));
    QString draft;
    std::size_t pictures = 0;
    connect(&bench.session, &ChatSession::opened, this,
            [&](const QString& text, const std::vector<Attachment>& attachments) {
              draft = text;
              pictures = attachments.size();
            });
    bench.session.open(id);
    QTRY_COMPARE(draft, QStringLiteral("half a question"));
    QCOMPARE(pictures, std::size_t(1));
  }
};

std::unique_ptr<QObject> session_suite() {
  return std::make_unique<SessionTest>();
}

#include <session_test.moc>
