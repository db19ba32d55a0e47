// The server inside the window, with one that only tells what becomes of it: when it runs, over which engine,
// and that nothing under way is cut.
#include "ui/local_server.h"

#include "suites.h"
#include "test_services.h"
#include "ui/main_window.h"
#include "ui/server/server_dialog.h"
#include "ui/server_words.h"
#include "ui/workbench.h"

#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>

using namespace fovea;
using namespace fovea::ui;

namespace {

/// What the servers of a test did, in order.
struct Log {
  std::mutex mutex;
  QStringList events;
  std::vector<ServerWishes> wishes;
  std::vector<std::weak_ptr<Engine>> engines;
  std::optional<Error> refusal;
  std::chrono::milliseconds drain_takes{0};

  void add(const QString& event) {
    const std::lock_guard lock(mutex);
    events.append(event);
  }
  QStringList now() {
    const std::lock_guard lock(mutex);
    return events;
  }
  void refuse(std::optional<Error> error) {
    const std::lock_guard lock(mutex);
    refusal = std::move(error);
  }
};

class LoggedServer final : public RunningServer {
 public:
  LoggedServer(std::shared_ptr<Log> log, std::shared_ptr<Engine> engine, const ServerWishes& wishes)
      : log_(std::move(log)), engine_(std::move(engine)), wishes_(wishes) {
    log_->add(QStringLiteral("start"));
  }
  ~LoggedServer() override { log_->add(QStringLiteral("end")); }
  std::string url() const override { return "http://127.0.0.1:" + std::to_string(wishes_.port); }
  std::string key() const override { return wishes_.needs_key ? "0123456789abcdef" : ""; }
  bool drain(double /*seconds*/) override {
    std::this_thread::sleep_for(log_->drain_takes);
    log_->add(QStringLiteral("drained"));
    return true;
  }

 private:
  const std::shared_ptr<Log> log_;
  const std::shared_ptr<Engine> engine_;
  const ServerWishes wishes_;
};

WindowServices services(const QString& folder, const std::shared_ptr<Log>& log,
                        std::shared_ptr<ServerCounts>* counts = nullptr) {
  WindowServices out =
      test::scripted_services({test::scripted_model(), {test::finishes(1)}, {}, {}, {}, {}}, folder);
  out.start_server = [log, counts](
                         std::shared_ptr<Engine> engine, const ServerWishes& wishes,
                         std::shared_ptr<ServerCounts> given) -> Result<std::unique_ptr<RunningServer>> {
    {
      const std::lock_guard lock(log->mutex);
      if (log->refusal) return *log->refusal;
      log->wishes.push_back(wishes);
      log->engines.push_back(engine);
    }
    if (counts != nullptr) *counts = given;
    return std::unique_ptr<RunningServer>(std::make_unique<LoggedServer>(log, std::move(engine), wishes));
  };
  return out;
}

void set_on(Workbench& bench, bool on) {
  Settings settings = bench.settings;
  settings.server_on = on;
  bench.set_settings(settings);
}

}  // namespace

class LocalServerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    folder_ = std::make_unique<QTemporaryDir>();
    log_ = std::make_shared<Log>();
  }

  void it_is_off_until_it_is_switched_on_and_remembered() {
    {
      Workbench bench(services(folder_->path(), log_));
      bench.load_usual_model();
      QTRY_VERIFY(bench.bridge.ready());
      QCOMPARE(bench.server.state(), LocalServer::State::kOff);
      QVERIFY(log_->now().isEmpty());
      set_on(bench, true);
      QTRY_COMPARE(bench.server.state(), LocalServer::State::kOn);
      QCOMPARE(bench.server.url(), QStringLiteral("http://127.0.0.1:8080"));
      const std::lock_guard lock(log_->mutex);
      QVERIFY(!log_->wishes[0].needs_key && !log_->wishes[0].network);
      QVERIFY2(log_->engines[0].lock() == bench.bridge.engine(), "another engine than the window's");
    }
    QCOMPARE(log_->now(), (QStringList{"start", "drained", "end"}));
    Workbench bench(services(folder_->path(), log_));
    QTRY_COMPARE(bench.server.state(), LocalServer::State::kNoModel);
    bench.load_usual_model();
    QTRY_COMPARE(bench.server.state(), LocalServer::State::kOn);
  }

  void another_model_is_served_once_the_questions_to_the_old_one_are_answered() {
    log_->drain_takes = std::chrono::milliseconds(200);
    Workbench bench(services(folder_->path(), log_));
    set_on(bench, true);
    bench.load_usual_model();
    QTRY_COMPARE(bench.server.state(), LocalServer::State::kOn);
    const std::weak_ptr<Engine> first = bench.bridge.engine();
    bench.load_usual_model();
    QTRY_COMPARE(bench.server.state(), LocalServer::State::kStopping);
    QVERIFY2(!first.expired(), "the engine went before its questions were answered");
    QTRY_COMPARE(bench.server.state(), LocalServer::State::kOn);
    QCOMPARE(log_->now(), (QStringList{"start", "drained", "end", "start"}));
    QTRY_VERIFY2(first.expired(), "the old engine is still held");
    QVERIFY(log_->engines[1].lock() == bench.bridge.engine());
  }

  void without_a_model_it_waits() {
    Workbench bench(services(folder_->path(), log_));
    set_on(bench, true);
    bench.load_usual_model();
    QTRY_COMPARE(bench.server.state(), LocalServer::State::kOn);
    bench.bridge.unload();
    QTRY_COMPARE(bench.server.state(), LocalServer::State::kNoModel);
    QVERIFY(log_->engines[0].expired());
  }

  void after_a_run_the_model_comes_back_unasked() {
    LabServices lab;
    lab.measure_run = [](const RunOrder&, const RunWatcher&, const bench::Stopped&) {
      return Result<void>();
    };
    Workbench bench(services(folder_->path(), log_), lab);
    set_on(bench, true);
    bench.load_usual_model();
    QTRY_COMPARE(bench.server.state(), LocalServer::State::kOn);
    bench.rest();
    QTRY_COMPARE(bench.server.state(), LocalServer::State::kNoModel);
    bench.runner.start({"bench", "ttft"});
    QTRY_COMPARE(bench.server.state(), LocalServer::State::kOn);
  }

  void a_taken_port_is_said_and_tried_again() {
    log_->refuse(Error{ErrorCode::kBusy, "Another program listens there.", {}, "port"});
    Workbench bench(services(folder_->path(), log_));
    bench.load_usual_model();
    set_on(bench, true);
    QTRY_COMPARE(bench.server.state(), LocalServer::State::kFailed);
    QCOMPARE(server_state_text(bench.server),
             QStringLiteral("⚠ Another program listens on this port. Choose another port."));
    log_->refuse({});
    set_on(bench, true);
    QTRY_COMPARE(bench.server.state(), LocalServer::State::kOn);
  }

  void a_model_that_is_served_is_not_unloaded_when_idle() {
    Workbench bench(services(folder_->path(), log_));
    Settings settings = bench.settings;
    settings.server_on = true;
    settings.unload_after_minutes = 1;
    bench.set_settings(settings);
    bench.load_usual_model();
    QTRY_COMPARE(bench.server.state(), LocalServer::State::kOn);
    QVERIFY(!bench.may_unload(3'600'000));
    set_on(bench, false);
    QVERIFY(bench.may_unload(3'600'000));
  }

  void the_dialog_switches_it_on_and_shows_what_goes_through_it() {
    std::shared_ptr<ServerCounts> counts;
    Workbench bench(services(folder_->path(), log_, &counts));
    MainWindow window(bench);
    window.show();
    bench.load_usual_model();
    QTRY_VERIFY(bench.bridge.ready());
    QApplication::setActiveWindow(&window);
    QTest::keyClick(&window, Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(window.findChild<ServerDialog*>() != nullptr);
    auto* dialog = window.findChild<ServerDialog*>();
    const QList<QCheckBox*> boxes = dialog->findChildren<QCheckBox*>();
    QCOMPARE(boxes.size(), 3);
    QVERIFY2(!boxes[2]->isEnabled(), "other machines without a key");
    QVERIFY(!boxes[2]->toolTip().isEmpty());
    auto* port = dialog->findChild<QSpinBox*>();
    port->setFocus();
    port->selectAll();
    QTest::keyClicks(port, QStringLiteral("9123"));
    QTest::keyClick(port, Qt::Key_Return);
    QTest::keyClick(boxes[0], Qt::Key_Space);
    QTRY_COMPARE(bench.server.url(), QStringLiteral("http://127.0.0.1:9123"));
    QTRY_VERIFY(shows(*dialog, QStringLiteral("http://127.0.0.1:9123")));
    counts->under_way = 2;
    counts->answered = 17;
    QTRY_VERIFY(shows(*dialog, QStringLiteral("Questions: 2 under way, 17 answered")));
    QTRY_VERIFY(has_button(window, QStringLiteral("API :9123 · 2")));
    QTest::keyClick(boxes[1], Qt::Key_Space);
    QVERIFY(boxes[2]->isEnabled());
    QTest::keyClick(boxes[2], Qt::Key_Space);
    QTRY_VERIFY(bench.server.state() == LocalServer::State::kOn && !bench.server.key().isEmpty());
    QVERIFY(log_->wishes.back().network && log_->wishes.back().needs_key);
    QVERIFY2(!shows(*dialog, bench.server.key()), "the key stands on the screen");
    QTest::keyClick(boxes[1], Qt::Key_Space);
    QTRY_VERIFY(bench.server.state() == LocalServer::State::kOn && bench.server.key().isEmpty());
    QVERIFY2(!log_->wishes.back().network, "open to other machines without a key");
  }

 private:
  static bool shows(const QWidget& widget, const QString& part) {
    for (const QLabel* label : widget.findChildren<QLabel*>()) {
      if (label->isVisible() && label->text().contains(part)) return true;
    }
    return false;
  }
  static bool has_button(const QWidget& widget, const QString& text) {
    for (const QPushButton* button : widget.findChildren<QPushButton*>()) {
      if (button->isVisible() && button->text() == text) return true;
    }
    return false;
  }

  std::unique_ptr<QTemporaryDir> folder_;
  std::shared_ptr<Log> log_;
};

std::unique_ptr<QObject> local_server_suite() {
  return std::make_unique<LocalServerTest>();
}

#include <local_server_test.moc>
