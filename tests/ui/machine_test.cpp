// The figures of the machine: rows, what can't be read, the alert, copies.
#include "seen.h"
#include "suites.h"
#include "test_services.h"
#include "ui/chat/chat_panel.h"
#include "ui/main_window.h"
#include "ui/performance/line_chart.h"
#include "ui/performance/machine_table.h"
#include "ui/performance/speed_panel.h"
#include "ui/process_probe.h"
#include "ui/stage_words.h"
#include "ui/workbench.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QImage>
#include <QLabel>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <functional>

using namespace fovea;
using namespace fovea::ui;

namespace {

GpuReading card() {
  GpuReading out;
  out.name = "Card";
  out.load = 0.5;
  out.memory_used = 12'000'000'000;
  out.memory_total = 24'000'000'000;
  out.memory_ours = 8'000'000'000;
  out.watts = 120.4;
  return out;
}

QString value(const MachineTable& table, const char* name) {
  for (const MachineRow& row : table.rows) {
    if (row.name == QString::fromUtf8(name)) return row.value;
  }
  return QStringLiteral("absent");
}

}  // namespace

class MachineTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void every_figure_that_is_told_has_a_row() {
    ProcessUse use;
    use.cpu = 0.34;
    use.cores = 4;
    use.watts = 15.2;
    use.resident = 500'000'000;
    use.memory_used = 3'000'000'000;
    use.memory_total = 24'000'000'000;
    const MachineTable table = machine_table(use, {{card()}});
    QCOMPARE(value(table, "Processor"), QStringLiteral("34 % of 4 cores"));
    QCOMPARE(value(table, "Processor's power"), QStringLiteral("15 W"));
    QCOMPARE(value(table, "Graphics card"), QStringLiteral("50 %"));
    QVERIFY(value(table, "VRAM, this program").startsWith(QLatin1String("8")));
    QVERIFY(value(table, "VRAM, other programs").startsWith(QLatin1String("4")));
    QCOMPARE(value(table, "Graphics card's power"), QStringLiteral("120 W"));
    QVERIFY(table.absent.isEmpty() && table.alert.isEmpty());
    QVERIFY(as_text(table.rows).contains(QLatin1String("Processor\t34 % of 4 cores\n")));
  }

  void what_is_not_told_is_absent_and_said() {
    GpuReading mute;
    mute.name = "Mute";
    const MachineTable table = machine_table({}, {{mute}});
    for (const char* name : {"Processor's power", "Graphics card", "VRAM, this program", "VRAM, in all",
                             "Graphics card's power", "Memory, in all"})
      QCOMPARE(value(table, name), QStringLiteral("absent"));
    QCOMPARE(table.absent.size(), 4);
    const MachineTable none = machine_table({}, std::vector<GpuReading>{});
    QVERIFY(none.absent.last().contains(QLatin1String("no NVIDIA driver")));
    QCOMPARE(machine_table({}, {}).absent.size(), 1);  // not asked yet: nothing is said of cards
    GpuReading in_container = card();
    in_container.memory_ours.reset();
    const MachineTable whose = machine_table({}, {{in_container}});
    QCOMPARE(value(whose, "VRAM, other programs"), QStringLiteral("absent"));
    QVERIFY(value(whose, "VRAM, in all") != QLatin1String("absent"));
  }

  void two_cards_are_told_apart() {
    GpuReading full = card();
    full.memory_used = 23'000'000'000;
    const MachineTable table = machine_table({}, {{card(), full}});
    QCOMPARE(value(table, "GPU 1 · Graphics card"), QStringLiteral("50 %"));
    QVERIFY(table.alert.contains(QLatin1String("96 %")));
    for (const MachineRow& row : table.rows)
      QCOMPARE(row.full, row.name == QString::fromUtf8("GPU 1 · VRAM, in all"));
  }

  void the_alert_comes_once_above_ninety_per_cent() {
    QTemporaryDir folder;
    auto gpu = std::make_shared<GpuReading>(card());
    WindowServices services = test::scripted_services({}, folder.path());
    services.read_gpus = [gpu] { return std::vector<GpuReading>{*gpu}; };
    Workbench bench(services);
    MainWindow window(bench);
    window.show();
    QApplication::setActiveWindow(&window);
    QTest::keyClick(&window, Qt::Key_2, Qt::AltModifier);
    QTRY_VERIFY(test::shows(window.speed(), QStringLiteral("120 W")));
    QVERIFY(!test::shows(window.chat(), QStringLiteral("Card")));
    gpu->memory_used = 22'000'000'000;
    QTRY_VERIFY(test::shows(window.chat(), QStringLiteral("The memory of Card is 92 % full")));
    QTRY_VERIFY(test::shows(window.speed(), QStringLiteral("92 % full")));
    window.chat().show_notice(QStringLiteral("another"));
    QTest::qWait(2500);
    QVERIFY(!test::shows(window.chat(), QStringLiteral("Card")));  // it is said once
  }

  void what_looks_the_same_is_not_painted_again() {
    SpeedPanel panel;
    panel.resize(320, 900);
    panel.show();
    ProcessUse use;
    use.cores = 4;
    use.cpu = 0.25;
    use.resident = 500'000'000;
    use.memory_used = 3'000'000'000;
    use.memory_total = 24'000'000'000;
    const auto paints_of = [&panel](const std::function<void()>& act) {
      QTest::qWait(200);  // what was to be painted before
      test::PaintCount count;
      for (QWidget* widget : panel.findChildren<QWidget*>()) widget->installEventFilter(&count);
      act();
      QTest::qWait(50);
      return count.paints;
    };
    for (int i = 0; i < 250; ++i) panel.tick(use);  // the curves reach over all of their width
    QCOMPARE(paints_of([&] { panel.tick(use); }), 0);
    use.cpu = 0.75;
    QVERIFY(paints_of([&] { panel.tick(use); }) > 0);
    QVERIFY(paints_of([&] { panel.tokens_came(40), panel.tick(use); }) > 0);
  }

  void curves_keep_the_time_however_seldom_is_looked() {
    LineChart chart(QStringLiteral("Curve"), 0, 1.0);
    chart.add(0.5);
    chart.add(0.25, 4);
    QCOMPARE(chart.values(), (std::deque<double>{0.5, 0.25, 0.25, 0.25, 0.25}));
    chart.add(1.0, 100'000);
    QCOMPARE(chart.values().size(), LineChart::kShown);
    QCOMPARE(chart.values().front(), 1.0);
  }

  void an_idle_window_looks_at_the_machine_seldom_and_a_busy_one_often() {
    QTemporaryDir folder;
    test::Script script = test::one_answer();
    script.steps = {test::says("Forty-two.")};  // and never an end
    Workbench bench(test::scripted_services(script, folder.path()));
    MainWindow window(bench);
    window.show();
    bench.load_usual_model();
    QTRY_VERIFY(bench.bridge.ready());
    const int busy = window.looks_every_ms();
    QTRY_VERIFY(window.looks_every_ms() >= 4 * busy);
    bench.session.ask(QStringLiteral("Well?"), {});
    QCOMPARE(window.looks_every_ms(), busy);
    bench.session.stop();
    QTRY_VERIFY(window.looks_every_ms() >= 4 * busy);
    bench.load_usual_model();
    QCOMPARE(window.looks_every_ms(), busy);
  }

  void drafts_and_the_answer_cache_are_told() {
    AnswerFigures figures;
    figures.ttft = 0.1;
    figures.tpot = 0.02;
    QVERIFY(answer_notes(figures).isEmpty());
    figures.draft_tokens = 120;
    figures.draft_accepted = 90;
    QCOMPARE(answer_notes(figures).size(), 1);
    QVERIFY(answer_notes(figures)[0].contains(QLatin1String("90")) &&
            answer_notes(figures)[0].contains(QLatin1String("75 %")));
    figures.answer_cached = true;
    QCOMPARE(answer_notes(figures).size(), 2);
    QVERIFY(figures_as_table(figures).contains(QLatin1String("From the answer cache\tyes")));
  }

  void the_panel_is_copied_as_a_table_and_as_a_picture() {
    SpeedPanel panel;
    panel.resize(320, 700);
    panel.show();
    ProcessUse use;
    use.cores = 4;
    panel.tick(use);
    panel.set_gpus({card()});
    panel.tick(use);
    AnswerFigures figures;
    figures.ttft = 0.1;
    panel.show_answer(figures);
    const auto press = [&](const QString& tip) {
      for (QToolButton* button : panel.findChildren<QToolButton*>()) {
        if (button->toolTip() == tip) button->click();
      }
    };
    press(QStringLiteral("Copy all figures as a table"));
    const QString table = QGuiApplication::clipboard()->text();
    QVERIFY(table.contains(QLatin1String("Graphics card\t50 %\n")));
    QVERIFY(table.contains(QLatin1String("Time to first token\t")));
    press(QStringLiteral("Copy the panel as a picture"));
    const QImage picture = QGuiApplication::clipboard()->image();
    QVERIFY(picture.width() > 250 && picture.height() > 400);
    QVERIFY(picture.allGray() == false);
  }

  void processors_tell_watts_from_the_second_look_on() {
    std::optional<double> joules = 5.0;
    ProcessProbe probe([&joules] { return joules; });
    QVERIFY(!probe.look().watts);
    QTest::qWait(100);
    joules = 15.0;
    const auto watts = probe.look().watts;
    QVERIFY(watts && *watts > 1.0 && *watts <= 100.0);  // 10 J in 0.1 s or more
    joules.reset();
    QVERIFY(!probe.look().watts);
    QVERIFY(!ProcessProbe().look().watts);
  }
};

std::unique_ptr<QObject> machine_suite() {
  return std::make_unique<MachineTest>();
}

#include <machine_test.moc>
