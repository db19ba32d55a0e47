// The monitor's page: curves, table, rules, what fired, in the window.
#include "accessible_tree.h"
#include "lab_suites.h"
#include "test_services.h"
#include "ui/cell_table.h"
#include "ui/gauge_words.h"
#include "ui/main_window.h"
#include "ui/monitor/gauge_chart.h"
#include "ui/monitor/monitor_panel.h"
#include "ui/monitor/monitor_tables.h"
#include "ui/monitor/rule_editor.h"
#include "ui/performance/line_chart.h"
#include "ui/workbench.h"
#include "watched_machine.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QTranslator>
#include <cmath>

using namespace fovea;
using namespace fovea::ui;
using test::at;
using test::Machine;
using test::now;
using watch::Gauge;
using watch::MonitorRecord;

namespace {

template <typename Widget>
Widget* named(QWidget& in, const QString& name) {
  for (auto* one : in.findChildren<Widget*>()) {
    if (one->accessibleName() == name) return one;
  }
  return nullptr;
}

}  // namespace

class MonitorPageTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void the_page_shows_curves_a_table_and_what_fired() {
    Machine machine(200);
    machine.set_rule(90.0);
    std::vector<MonitorRecord> before;
    const double begin = now() - 280.0;
    for (int i = 0; i < 130; ++i)
      before.push_back(at(begin + 2.0 * i, i == 50 ? 95.0 : 10.0 + 0.1 * i, 40.0));
    machine.fill(before);
    MonitorWatch monitor(machine.services, machine.settings_file());
    MonitorPanel panel(monitor);
    panel.resize(1200, 700);
    panel.show();
    QApplication::setActiveWindow(&panel);
    monitor.start();
    QTRY_COMPARE(panel.charts().size(), std::size_t(2));
    GaugeChart* chart = panel.charts()[0];
    QCOMPARE(chart->gauge(), Gauge::kMemory);
    QTRY_COMPARE(panel.alerts().model()->rowCount(), 2);
    QVERIFY(panel.alerts().model()->index(1, 1).data().toString().startsWith(
        QStringLiteral("⚠ Memory is 95.0 %, above 90.0 %")));
    QVERIFY(panel.alerts().model()->index(0, 1).data().toString().startsWith(u'✓'));
    QVERIFY2(chart->accessibleDescription().contains(QLatin1String("highest 95.0 %")),
             qPrintable(chart->accessibleDescription()));
    // The keys read values off, on all curves at once.
    const QString newest = chart->value_text();
    QTest::keyClick(chart, Qt::Key_Home);
    QVERIFY2(chart->value_text().contains(QLatin1String(": 10.0 %")), qPrintable(chart->value_text()));
    QVERIFY(panel.charts()[1]->value_text().contains(QLatin1String(": 40.0 %")));
    QTest::keyClick(chart, Qt::Key_Right);
    QVERIFY2(chart->value_text().contains(QLatin1String(": 10.1 %")), qPrintable(chart->value_text()));
    QTest::keyClick(chart, Qt::Key_End);
    QVERIFY(!chart->value_text().contains(QLatin1String(": ")));
    // The pointer does so too, and goes.
    QTest::mouseMove(chart, QPoint(chart->width() / 2, 40));
    QTRY_VERIFY(chart->value_text().contains(u':'));
    // As a table, by keys.
    chart->setFocus();
    QTest::keyClick(chart, Qt::Key_T, Qt::ControlModifier);
    QVERIFY(panel.table().isVisible() && panel.table().model()->rowCount() > 100);
    QCOMPARE(panel.table().model()->columnCount(), 3);
    const QModelIndex top = panel.table().model()->index(0, 1);
    QVERIFY(top.data().toString().endsWith(QLatin1String(" %")));
  }

  void no_line_crosses_the_scale_of_a_chart() {
    const auto grabbed = [](QWidget& chart, const QRectF& part) {
      chart.resize(300, chart.sizeHint().height());
      return chart.grab(part.toAlignedRect()).toImage();
    };
    GaugeChart chart(Gauge::kMemory);
    chart.set({}, 0.0, 300.0);
    const QImage empty = grabbed(chart, chart.scale_top());
    QVERIFY(empty.width() > 20 && empty.height() > 8);
    // A curve over the whole width, close to the top; a limit there; other times below.
    std::vector<MonitorRecord> records;
    for (int i = 0; i < 300; ++i) records.push_back(at(double(i), i % 2 == 0 ? 99.0 : 85.0));
    chart.set(series_of(records, 0.0, 290.0)[std::size_t(Gauge::kMemory)], 7.0, 290.0);
    chart.set_rules({90.0, 95.0}, false, {8.0});
    chart.set_cursor(8.0);
    QVERIFY(!chart.series().empty());
    QCOMPARE(grabbed(chart, chart.scale_top()), empty);
    LineChart line(QStringLiteral("Curve"), 0xff0000ffU, 1.0);
    line.set_texts({}, QStringLiteral("100 %"));
    const QImage bare = grabbed(line, line.scale_top());
    for (std::size_t i = 0; i < LineChart::kShown; ++i) line.add(i % 2 == 0 ? 1.0 : 0.7);
    QCOMPARE(grabbed(line, line.scale_top()), bare);
  }

  void the_tables_hold_to_the_rules_of_models() {
    MonitorPicture picture;
    picture.from = 0.0;
    picture.to = 300.0;
    std::vector<MonitorRecord> records = {at(10.0, 50.0), at(20.0, 60.0, 30.0)};
    picture.series = series_of(records, 0.0, 300.0);
    picture.alerts = {{{Gauge::kMemory, 55.0, 0.0}, false, 20.0, 60.0}};
    CellTableModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.set(series_table(picture));
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("60.0 %"));
    QCOMPARE(model.index(1, 2).data().toString(), QStringLiteral("–"));
    model.set(alerts_table(picture.alerts));
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.index(0, 2).data().toString(), QStringLiteral("Memory above 55.0 %"));
  }

  void rules_are_edited_by_keys() {
    Machine machine(60'000);
    machine.set_rule(90.0);
    MonitorWatch monitor(machine.services, machine.settings_file());
    MonitorPanel panel(monitor);
    panel.show();
    const auto rule = [&](int at) { return monitor.settings().rules[std::size_t(at)]; };
    auto* limit = named<QDoubleSpinBox>(panel, QStringLiteral("Limit of rule 1"));
    QVERIFY(limit != nullptr && limit->suffix() == QLatin1String(" %"));
    limit->setFocus();
    limit->selectAll();
    QTest::keyClicks(limit, QStringLiteral("75"));
    QCOMPARE(rule(0).rule.limit, 90.0);  // not before it is whole
    QTest::keyClick(limit, Qt::Key_Return);
    QCOMPARE(rule(0).rule.limit, 75.0);
    auto* on = named<QCheckBox>(panel, QStringLiteral("Rule 1 is on"));
    QTest::keyClick(on, Qt::Key_Space);
    QVERIFY(!rule(0).on);
    auto* time = named<QComboBox>(panel, QStringLiteral("How long for rule 1"));
    QTest::keyClick(time, Qt::Key_Down);
    QVERIFY(rule(0).rule.seconds > 0.0);
    auto* gauge = named<QComboBox>(panel, QStringLiteral("Rule 1 looks at"));
    QTest::keyClick(gauge, Qt::Key_Down);
    QCOMPARE(rule(0).rule.gauge, Gauge::kResident);
    QCOMPARE(limit->suffix(), QStringLiteral(" GB"));
    QCOMPARE(rule(0).rule.limit, 75e9);
    // One more, gone again, and back.
    for (auto* button : panel.findChildren<QPushButton*>()) {
      if (button->text() == QLatin1String("Add a rule")) button->click();
    }
    QCOMPARE(monitor.settings().rules.size(), std::size_t(2));
    named<QAbstractButton>(panel, QStringLiteral("Delete rule 1"))->click();
    QCOMPARE(monitor.settings().rules.size(), std::size_t(1));
    for (auto* button : panel.findChildren<QPushButton*>()) {
      if (button->text() == QLatin1String("Bring the rule back")) button->click();
    }
    QCOMPARE(rule(0).rule.gauge, Gauge::kResident);
    QCOMPARE(read_monitor_settings(machine.settings_file()).rules.size(), std::size_t(2));
    // An address that is none is said and not used.
    auto* webhook = named<QLineEdit>(panel, QStringLiteral("Webhook"));
    webhook->setText(QStringLiteral("example.org"));
    QTest::keyClick(webhook, Qt::Key_Return);
    QVERIFY(monitor.settings().webhook.isEmpty());
    webhook->setText(QStringLiteral("https://example.org/hook"));
    QTest::keyClick(webhook, Qt::Key_Return);
    QCOMPARE(monitor.settings().webhook, QStringLiteral("https://example.org/hook"));
  }

  void a_narrow_window_has_the_parts_below_each_other() {
    Machine machine(60'000);
    machine.set_rule(90.0);
    MonitorWatch monitor(machine.services, machine.settings_file());
    MonitorPanel panel(monitor);
    QVERIFY2(panel.minimumSizeHint().width() <= 400, "it must not hold a window of 720 pixels open");
    auto* parts = panel.findChild<QSplitter*>();
    panel.resize(560, 700);
    panel.show();
    QCOMPARE(parts->orientation(), Qt::Vertical);
    QVERIFY2(parts->sizes()[0] > parts->sizes()[1], "curves have most of the room");
    panel.resize(1200, 700);
    QCOMPARE(parts->orientation(), Qt::Horizontal);
    QVERIFY(parts->sizes()[0] > parts->sizes()[1]);
  }

  void a_limit_and_an_alert_are_seen_without_colour() {
    GaugeChart plain(Gauge::kMemory);
    GaugeChart marked(Gauge::kMemory);
    const Series series = {{100.0, 50.0, 50.0, 50.0}, {200.0, 60.0, 60.0, 60.0}};
    for (GaugeChart* chart : {&plain, &marked}) {
      chart->resize(400, 110);
      chart->set(series, 0.0, 300.0);
    }
    marked.set_rules({55.0}, true, {200.0});
    QVERIFY(marked.accessibleName().contains(QLatin1String("above its limit")));
    const QImage grey = plain.grab().toImage().convertToFormat(QImage::Format_Grayscale8);
    const QImage told = marked.grab().toImage().convertToFormat(QImage::Format_Grayscale8);
    int different = 0;
    for (int y = 0; y < grey.height(); ++y) {
      for (int x = 0; x < grey.width(); ++x)
        different += std::abs(qGray(grey.pixel(x, y)) - qGray(told.pixel(x, y))) > 40 ? 1 : 0;
    }
    QVERIFY2(different > 100, qPrintable(QString::number(different)));
  }

  void twelve_hours_do_not_hold_the_window_up() {
    Machine machine(100);
    machine.set_rule(90.0);
    std::vector<MonitorRecord> before;
    const double begin = now() - 43'200.0;
    for (int i = 0; i < 21'000; ++i) {
      MonitorRecord record = at(begin + 2.0 * i, 50.0 + 40.0 * std::sin(i / 500.0));
      for (std::size_t g = 0; g < watch::kGauges; ++g)
        record.values[g] = 50.0 + 45.0 * std::sin(i / 300.0 + double(g));
      before.push_back(record);
    }
    machine.fill(before);
    MonitorWatch monitor(machine.services, machine.settings_file());
    monitor.set_range(0.0);
    MonitorPanel panel(monitor);
    panel.resize(1280, 800);
    panel.show();
    monitor.start();
    QTRY_COMPARE(panel.charts().size(), watch::kGauges);
    QTest::qWait(200);
    const test::Watchdog dog;
    for (int i = 0; i < 8; ++i) {
      QTest::keyClick(panel.charts()[0], Qt::Key_Left, Qt::ControlModifier);
      QTest::qWait(100);
    }
    dog.check();
  }

  void the_page_is_in_the_window_and_speaks_chinese() {
    Machine machine;
    LabServices lab;
    lab.monitor = machine.services;
    lab.monitor.look = [&](const WatchedServer&) { return at(now(), machine.memory); };
    {
      Workbench bench(test::scripted_services({}, machine.folder.path()), lab);
      MonitorSettings settings = bench.monitor.settings();
      settings.notify = false;
      settings.rules = {{{Gauge::kMemory, 90.0, 0.0}, true}};
      bench.monitor.set_settings(settings);
      MainWindow window(bench);
      window.resize(1280, 800);
      window.show();
      window.open_lab(true);
      auto* pages = window.findChild<QTabWidget*>(QStringLiteral("lab-pages"));
      QVERIFY(pages != nullptr && window.monitor() != nullptr);
      const int page = pages->indexOf(window.monitor());
      QCOMPARE(pages->tabText(page), QStringLiteral("Monitor"));
      machine.memory = 97.0;
      QTRY_COMPARE(pages->tabText(page), QStringLiteral("Monitor ⚠"));
      pages->setCurrentIndex(page);
      QTRY_COMPARE(window.monitor()->charts().size(), std::size_t(1));
      QTest::keyClick(&window, Qt::Key_Escape);
      QVERIFY(!window.monitor()->isVisible());
    }
    QTranslator chinese;
    QVERIFY(chinese.load(QStringLiteral(":/translations/fovea_zh_CN.qm")));
    QApplication::installTranslator(&chinese);
    QVERIFY(gauge_words(Gauge::kMemory) != QLatin1String("Memory"));
    QVERIFY(rule_words({Gauge::kVram, 90.0, 300.0}).contains(QLatin1String("90.0 %")));
    QVERIFY(!rule_words({Gauge::kVram, 90.0, 300.0}).contains(QLatin1String("above")));
    QApplication::removeTranslator(&chinese);
  }

  void nothing_on_the_pages_is_nameless() {
    Machine machine(200);
    machine.set_rule(90.0);
    std::vector<MonitorRecord> before;
    for (int i = 0; i < 130; ++i) before.push_back(at(now() - 280.0 + 2.0 * i, i == 50 ? 95.0 : 10.0, 40.0));
    machine.fill(before);
    LabServices lab;
    lab.monitor = machine.services;
    Workbench bench(test::scripted_services({}, machine.folder.path()), lab);
    MainWindow window(bench);
    window.resize(1280, 800);
    window.show();
    window.open_lab(true);
    auto* pages = window.findChild<QTabWidget*>(QStringLiteral("lab-pages"));
    QCOMPARE(pages->count(), 3);
    for (int i = 0; i < pages->count(); ++i) {
      pages->setCurrentIndex(i);
      if (pages->widget(i) == window.monitor()) QTRY_VERIFY(!window.monitor()->charts().empty());
      QTest::qWait(100);
      const QStringList nameless = test::nameless_in(*pages);
      QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u'\n')));
      QVERIFY(test::elements_of(*pages).size() > 10);
    }
    const QAccessibleInterface* chart = QAccessible::queryAccessibleInterface(window.monitor()->charts()[0]);
    QCOMPARE(chart->role(), QAccessible::Chart);
    QVERIFY(chart->text(QAccessible::Description).contains(QStringLiteral("highest")));
  }
};

std::unique_ptr<QObject> monitor_page_suite() {
  return std::make_unique<MonitorPageTest>();
}

#include <monitor_page_test.moc>
