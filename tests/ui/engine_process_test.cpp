// The window while its engine's own process dies: real processes, with a synthetic engine in them.
#include "core/child/child_engine.h"
#include "suites.h"
#include "test_services.h"
#include "ui/chat/chat_panel.h"
#include "ui/chat/composer.h"
#include "ui/main_window.h"
#include "ui/settings/settings_dialog.h"
#include "ui/workbench.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include <signal.h>

using namespace fovea;
using namespace fovea::ui;

namespace {

constexpr int kPatienceMs = 30'000;

/// A window whose engine is a child that goes on saying "more " until it is ended.
struct Opened {
  explicit Opened(int restarts) : bench(services(folder.path(), restarts)), window(bench) {
    window.resize(1280, 800);
    window.show();
    Settings settings = bench.settings;
    settings.engine_place = EnginePlace::kChild;
    bench.set_settings(settings);
    bench.load_model(QStringLiteral("endless"));
  }
  static WindowServices services(const QString& folder, int restarts) {
    WindowServices out = test::scripted_services({}, folder);
    out.load_child_engine = [restarts](const EngineOptions& options, const LoadObserver& observer,
                                       const HealthObserver& health) {
      ChildOptions child;
      child.command = {FOVEA_SCRIPTED_CHILD};
      child.restarts = restarts;
      child.first_pause_seconds = 0.3;
      child.on_health = health;
      return load_child_engine(options, observer, child);
    };
    return out;
  }

  const ChatMessage& answer() { return bench.session.messages().back(); }
  bool kill_child() { return bench.bridge.process() > 0 && ::kill(bench.bridge.process(), SIGKILL) == 0; }
  /// Whether a visible label says so, wherever in its text.
  bool shows(const QString& text) {
    for (auto* label : window.findChildren<QLabel*>()) {
      if (label->isVisible() && label->text().contains(text)) return true;
    }
    return false;
  }
  QPushButton* button(const QString& name) {
    for (auto* b : window.findChildren<QPushButton*>()) {
      if (b->isVisible() && b->text() == name) return b;
    }
    return nullptr;
  }

  QTemporaryDir folder;
  Workbench bench;
  MainWindow window;
};

}  // namespace

class EngineProcessTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void a_child_that_dies_leaves_the_text_and_comes_back() {
    Opened opened(5);
    QTRY_VERIFY_WITH_TIMEOUT(opened.bench.bridge.ready(), kPatienceMs);
    QVERIFY(opened.bench.bridge.status().own_process);
    opened.bench.session.ask(QStringLiteral("What does it say?"), {});
    QTRY_VERIFY_WITH_TIMEOUT(opened.answer().text.contains(QStringLiteral("more more")), kPatienceMs);
    const int first = opened.bench.bridge.process();
    bool told_of_the_try = false;  // looked at when it is told: on a slow day the next notice comes with it
    connect(&opened.bench.bridge, &EngineBridge::healthChanged, this, [&] {
      if (opened.shows(QStringLiteral("try 1 of 5"))) told_of_the_try = true;
    });
    QVERIFY(opened.kill_child());

    QTRY_VERIFY_WITH_TIMEOUT(!opened.bench.session.running(), kPatienceMs);
    QCOMPARE(opened.answer().state, MessageState::kInterrupted);
    const QString kept = opened.answer().text;
    QVERIFY(kept.startsWith(QStringLiteral("begun more more")));
    QVERIFY(opened.shows(QStringLiteral("Interrupted: the engine ended while this was written.")));
    QTRY_VERIFY_WITH_TIMEOUT(opened.shows(QStringLiteral("The engine is there again.")), kPatienceMs);
    QVERIFY(told_of_the_try);
    QVERIFY(opened.bench.bridge.process() > 0);
    QVERIFY(opened.bench.bridge.process() != first);
    QPushButton* go_on = opened.button(QStringLiteral("Continue"));
    QVERIFY(go_on != nullptr);
    go_on->click();
    QTRY_VERIFY_WITH_TIMEOUT(opened.answer().text.size() > kept.size(), kPatienceMs);
    QVERIFY(opened.answer().text.startsWith(kept));
    opened.bench.session.stop();
    QTRY_VERIFY_WITH_TIMEOUT(!opened.bench.session.running(), kPatienceMs);
  }

  void a_question_asked_meanwhile_is_answered() {
    Opened opened(5);
    QTRY_VERIFY_WITH_TIMEOUT(opened.bench.bridge.ready(), kPatienceMs);
    QVERIFY(opened.kill_child());
    QTRY_VERIFY_WITH_TIMEOUT(opened.bench.bridge.status().health.state == EngineHealth::State::kRestarting,
                             kPatienceMs);
    opened.bench.session.ask(QStringLiteral("And now?"), {});
    QTRY_VERIFY_WITH_TIMEOUT(opened.answer().text.startsWith(QStringLiteral("begun")), kPatienceMs);
  }

  void given_up_it_says_so_and_tries_again_on_demand() {
    Opened opened(0);
    QTRY_VERIFY_WITH_TIMEOUT(opened.bench.bridge.ready(), kPatienceMs);
    QVERIFY(opened.kill_child());
    QTRY_VERIFY_WITH_TIMEOUT(opened.button(QStringLiteral("Try again")) != nullptr, kPatienceMs);
    QVERIFY(opened.shows(QStringLiteral("the engine has stopped")));
    // Asked all the same: a failure, and the way out stands there again.
    opened.button(QStringLiteral("Try again"))->parentWidget()->hide();
    opened.bench.session.ask(QStringLiteral("Well?"), {});
    QTRY_VERIFY_WITH_TIMEOUT(!opened.bench.session.running(), kPatienceMs);
    QCOMPARE(opened.answer().state, MessageState::kFailed);
    QTRY_VERIFY(opened.button(QStringLiteral("Try again")) != nullptr);
    opened.button(QStringLiteral("Try again"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(opened.bench.bridge.process() > 0 &&
                                 opened.bench.bridge.status().health.state == EngineHealth::State::kReady,
                             kPatienceMs);
    opened.bench.session.ask(QStringLiteral("Now?"), {});
    QTRY_VERIFY_WITH_TIMEOUT(opened.answer().text.startsWith(QStringLiteral("begun")), kPatienceMs);
  }

  void the_setting_chooses_the_place_and_is_kept() {
    QTemporaryDir folder;
    bool gpu = false;
    WindowServices services = Opened::services(folder.path(), 0);
    services.usable_gpu = [&gpu] { return gpu; };
    Workbench bench(services);
    const auto place_after = [&bench](EnginePlace place) {
      Settings settings = bench.settings;
      settings.engine_place = place;
      bench.set_settings(settings);
      bench.bridge.unload();
      bench.load_model(QStringLiteral("short"));
      return QTest::qWaitFor([&bench] { return bench.bridge.ready(); }, kPatienceMs) &&
             bench.bridge.status().own_process;
    };
    QVERIFY(!place_after(EnginePlace::kAutomatic));
    gpu = true;
    QVERIFY(place_after(EnginePlace::kAutomatic));
    QVERIFY(!place_after(EnginePlace::kInProcess));
    gpu = false;
    QVERIFY(place_after(EnginePlace::kChild));
    QCOMPARE(read_settings(folder.path() + QStringLiteral("/settings.ini")).engine_place,
             EnginePlace::kChild);
  }

  void the_settings_offer_it() {
    Settings changed;
    SettingsDialog dialog(changed, {});
    connect(&dialog, &SettingsDialog::changed, this, [&](const Settings& now) { changed = now; });
    QComboBox* box = nullptr;
    for (auto* one : dialog.findChildren<QComboBox*>()) {
      if (one->accessibleName() == QStringLiteral("Engine")) box = one;
    }
    QVERIFY(box != nullptr);
    QCOMPARE(box->currentIndex(), 0);
    const int own = box->findText(QStringLiteral("In a process of its own"));
    box->setCurrentIndex(own);
    Q_EMIT box->activated(own);
    QCOMPARE(changed.engine_place, EnginePlace::kChild);
  }
};

std::unique_ptr<QObject> engine_process_suite() {
  return std::make_unique<EngineProcessTest>();
}

#include "engine_process_test.moc"
