#include "suites.h"
#include "test_services.h"
#include "ui/engine_bridge.h"

#include <QSignalSpy>
#include <QTest>
#include <future>

using namespace fovea;
using namespace fovea::ui;

namespace {

GenerationRequest question() {
  GenerationRequest request;
  request.messages.push_back(Message::text(Role::kUser, "What is it?"));
  return request;
}

struct Heard {
  QString text;
  int deltas = 0;
  QStringList order;
  bool ended = false;
};

void listen(EngineBridge& bridge, Heard& heard) {
  QObject::connect(&bridge, &EngineBridge::happened, &bridge,
                   [&heard](quint64, const GenerationEvent& event) {
                     if (const auto* delta = std::get_if<TextDelta>(&event.what)) {
                       heard.text += QString::fromStdString(delta->text);
                       ++heard.deltas;
                       if (heard.order.isEmpty() || heard.order.last() != QLatin1String("text"))
                         heard.order.append(QStringLiteral("text"));
                     } else {
                       heard.order.append(QStringLiteral("event %1").arg(event.what.index()));
                     }
                     if (event.last()) heard.ended = true;
                   });
}

void load(EngineBridge& bridge) {
  bridge.load({});
  QTRY_VERIFY(bridge.ready());
}

}  // namespace

class BridgeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void text_comes_bundled_and_in_order() {
    test::Script script;
    script.steps.push_back({{}, Queued{}});
    script.steps.push_back({{}, Preprocessed{}});
    QString whole;
    for (int i = 0; i < 400; ++i) {
      const QString word = QStringLiteral("w%1 ").arg(i);
      whole += word;
      script.steps.push_back(test::says(word.toStdString(), std::chrono::milliseconds(1)));
    }
    script.steps.push_back(test::finishes(400));
    EngineBridge bridge(test::scripted_services(script, {}));
    load(bridge);
    Heard heard;
    listen(bridge, heard);
    QElapsedTimer time;
    time.start();
    bridge.ask(question());
    QTRY_VERIFY_WITH_TIMEOUT(heard.ended, 20'000);
    QCOMPARE(heard.text, whole);
    // At most 20 a second, and one for what came before the first pause.
    QVERIFY2(heard.deltas <= 2 + time.elapsed() / 50, qPrintable(QString::number(heard.deltas)));
    QCOMPARE(heard.order, QStringList({QStringLiteral("event 0"), QStringLiteral("event 1"),
                                       QStringLiteral("text"), QStringLiteral("event 4")}));
  }

  void newer_progress_replaces_older() {
    int woken = 0;
    EngineInbox inbox([&] { ++woken; });
    for (int i = 1; i <= 5; ++i) inbox.push(1, {7, PrefillProgress{Stage::kPrefill, i, 5}});
    inbox.push(2, {8, PrefillProgress{Stage::kVision, 1, 2}});
    inbox.push(1, {7, TextDelta{"a", false, {1}, {0.1}, {}}});
    inbox.push(1, {7, TextDelta{"b", true, {2}, {0.2}, {}}});
    inbox.push(1, {7, TextDelta{"c", true, {3}, {0.3}, {}}});
    const EngineInbox::Events events = inbox.take();
    QCOMPARE(events.size(), std::size_t(4));
    QCOMPARE(std::get<PrefillProgress>(events[0].second.what).done, std::int64_t(5));
    QCOMPARE(std::get<TextDelta>(events[3].second.what).text, std::string("bc"));
    QCOMPARE(std::get<TextDelta>(events[3].second.what).ids.size(), std::size_t(2));
    QCOMPARE(woken, 1);
    // Who got something comes again by themselves, until there is nothing.
    inbox.push(1, {7, TextDelta{"d", true, {4}, {0.4}, {}}});
    QCOMPARE(inbox.take().size(), std::size_t(1));
    QVERIFY(inbox.take().empty());
    QCOMPARE(woken, 1);
    inbox.push(1, {7, TextDelta{"e", true, {5}, {0.5}, {}}});
    inbox.push(1, {7, TextDelta{"f", true, {6}, {0.6}, {}}});
    QCOMPARE(woken, 2);
    inbox.close();
    inbox.push(1, {7, Queued{}});
    QVERIFY(inbox.take().empty());
  }

  void cancelling_ends_the_answer() {
    test::Script script;
    script.steps.push_back(test::says("some"));
    EngineBridge bridge(test::scripted_services(script, {}));
    load(bridge);
    Heard heard;
    listen(bridge, heard);
    const AskId ask = bridge.ask(question());
    QTRY_VERIFY(!heard.text.isEmpty());
    bridge.cancel(ask);
    QTRY_VERIFY(heard.ended);
    // Before it was even handed over.
    heard.ended = false;
    bridge.cancel(bridge.ask(question()));
    QTRY_VERIFY(heard.ended);
  }

  void a_refusal_is_the_questions_failure() {
    test::Script script;
    script.refusal = std::make_shared<Error>(Error{ErrorCode::kBusy, "The queue is full.", "Wait.", {}});
    EngineBridge bridge(test::scripted_services(script, {}));
    load(bridge);
    Heard heard;
    listen(bridge, heard);
    bridge.ask(question());
    QTRY_VERIFY(heard.ended);
    QCOMPARE(heard.order, QStringList{QStringLiteral("event 5")});
  }

  void without_a_model_asking_fails() {
    EngineBridge bridge(test::scripted_services({}, {}));
    Heard heard;
    listen(bridge, heard);
    bridge.ask(question());
    QTRY_VERIFY(heard.ended);
  }

  void loading_shows_progress_and_can_be_given_up() {
    EngineBridge bridge(test::scripted_services({}, {}));
    std::uint64_t most = 0;
    connect(&bridge, &EngineBridge::statusChanged, this,
            [&] { most = std::max(most, bridge.status().progress.done); });
    bridge.load({});
    QTRY_VERIFY(most > 0);
    bridge.cancel_load();
    QVERIFY(!bridge.ready());
    QTest::qWait(100);
    QVERIFY(!bridge.ready());
    load(bridge);
    QCOMPARE(most, std::uint64_t(10));
  }

  void a_damaged_model_leaves_the_one_in_use() {
    WindowServices services =
        test::scripted_services({test::scripted_model(), {test::finishes(1)}, {}, {}, {}, {}}, {});
    const auto good = services.load_engine;
    services.load_engine = [good](const EngineOptions& options,
                                  const LoadObserver& observer) -> Result<std::unique_ptr<Engine>> {
      if (options.model_folder == "bad")
        return Error{ErrorCode::kDamagedModel, "Model file damaged.", {}, {}};
      return good(options, observer);
    };
    EngineBridge bridge(services);
    load(bridge);
    EngineOptions bad;
    bad.model_folder = "bad";
    bridge.load(bad);
    QVERIFY(bridge.ready());
    QTRY_VERIFY(bridge.status().error.has_value());
    QCOMPARE(bridge.status().kind, EngineStatus::Kind::kReady);
    Heard heard;
    listen(bridge, heard);
    bridge.ask(question());
    QTRY_VERIFY(heard.ended);
    QCOMPARE(heard.order.last(), QStringLiteral("event 4"));
  }

  void the_newest_preview_is_made() {
    test::Script script;
    script.preview.vision.resize(1);
    std::promise<void> all_asked;
    script.before_preview = [asked = all_asked.get_future().share()] { asked.wait(); };
    EngineBridge bridge(test::scripted_services(script, {}));
    load(bridge);
    QList<quint64> tickets;
    connect(&bridge, &EngineBridge::previewed, this,
            [&](quint64 ticket, const QuestionPlan&) { tickets.append(ticket); });
    for (quint64 ticket = 1; ticket <= 50; ++ticket) QCOMPARE(bridge.preview(question()), ticket);
    all_asked.set_value();
    QTRY_VERIFY(tickets.contains(50));
    QVERIFY(tickets.size() <= 2);  // the first may have begun
  }

  void destroying_it_while_an_answer_runs_is_safe() {
    test::Script script;
    for (int i = 0; i < 50; ++i) script.steps.push_back(test::says("x", std::chrono::milliseconds(1)));
    for (int round = 0; round < 5; ++round) {
      EngineBridge bridge(test::scripted_services(script, {}));
      load(bridge);
      bridge.ask(question());
      bridge.load({});
      QTest::qWait(round * 5);
    }
  }
};

std::unique_ptr<QObject> bridge_suite() {
  return std::make_unique<BridgeTest>();
}

#include <bridge_test.moc>
