// The monitor without its page: what is made of records, what is kept, which rules fire and whom they tell.
#include "lab_suites.h"
#include "ui/gauge_words.h"
#include "watched_machine.h"

#include <QDBusConnection>
#include <QFile>
#include <QSignalSpy>
#include <cmath>
#include <optional>

using namespace fovea;
using namespace fovea::ui;
using test::at;
using test::kUnknown;
using test::Machine;
using test::now;
using watch::Gauge;
using watch::MonitorRecord;

/// The desktop's own service, played by the test.
class FakeDesktop : public QObject {
  Q_OBJECT
  Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")

 public:
  QStringList shown;

 public Q_SLOTS:
  uint Notify(const QString& program, uint /*replaces*/, const QString& /*icon*/, const QString& title,
              const QString& text, const QStringList& /*actions*/, const QVariantMap& /*hints*/,
              int /*timeout*/) {
    shown.append(program + u'|' + title + u'|' + text);
    return 1;
  }
};

class MonitorTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void records_become_slices_of_equal_width() {
    std::vector<MonitorRecord> records;
    for (int i = 0; i < 3000; ++i) records.push_back(at(1000.0 + i, i % 2 == 0 ? 10.0 : 30.0));
    const auto series = series_of(records, 1000.0, 4000.0);
    const Series& memory = series[std::size_t(Gauge::kMemory)];
    QVERIFY(memory.size() <= std::size_t(kSlices) + 1 && memory.size() >= std::size_t(kSlices) - 1);
    QCOMPARE(memory[10].low, 10.0);
    QCOMPARE(memory[10].high, 30.0);
    QCOMPARE(memory[10].mean, 20.0);
    QVERIFY(series[std::size_t(Gauge::kVram)].empty());
    // The same slices as the range moves on: nothing but its ends changes.
    const auto later = series_of(records, 1010.0, 4010.0);
    QCOMPARE(later[std::size_t(Gauge::kMemory)][9].time, memory[10].time);
    const Slice* near = slice_at(memory, memory[20].time + 1.0, 30.0);
    QVERIFY(near == &memory[20]);
    QVERIFY(slice_at(memory, 9000.0, 30.0) == nullptr);
    QVERIFY(slice_at({}, 9000.0, 30.0) == nullptr);
    QVERIFY(longest_gap(0.0, 300.0) >= 30.0 && longest_gap(0.0, 86'400.0) > 288.0);
  }

  void settings_are_kept() {
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("m.ini"));
    MonitorSettings settings = read_monitor_settings(file);
    QVERIFY(settings.record && settings.notify && settings.log.isEmpty());
    QCOMPARE(settings.rules[0].rule.text(), std::string("vram>90 for 5m"));
    QVERIFY2(settings.applied().size() < settings.rules.size(), "some are there to be ticked");
    settings.rules = {{{Gauge::kResident, 2.5e9, 90.0}, false}, {{Gauge::kP99, 0.25, 0.0}, true}};
    settings.notify = false;
    settings.log = QStringLiteral("/tmp/a, b.log");
    settings.webhook = QStringLiteral("https://example.org/hook?a=1");
    QVERIFY(write_monitor_settings(settings, file));
    const MonitorSettings again = read_monitor_settings(file);
    QVERIFY(!again.notify && again.log == settings.log && again.webhook == settings.webhook);
    QCOMPARE(again.rules.size(), std::size_t(2));
    QCOMPARE(again.rules[0].rule.text(), settings.rules[0].rule.text());
    QVERIFY(!again.rules[0].on && again.rules[1].on);
    settings.rules.clear();
    QVERIFY(write_monitor_settings(settings, file));
    QVERIFY2(read_monitor_settings(file).rules.empty(), "none is a choice too");
    QVERIFY(webhook_fault(QStringLiteral("https://example.org/x")).isEmpty());
    for (const char* wrong : {"example.org", "ftp://example.org", "https://", "javascript:alert(1)"})
      QVERIFY2(!webhook_fault(QLatin1String(wrong)).isEmpty(), wrong);
  }

  void every_gauge_has_words_and_a_unit() {
    for (std::size_t i = 0; i < watch::kGauges; ++i) {
      const auto gauge = Gauge(i);
      QVERIFY(!gauge_words(gauge).isEmpty() && !gauge_tip(gauge).isEmpty());
      QCOMPARE(gauge_text(gauge, kUnknown), QStringLiteral("–"));
      QVERIFY(limit_unit(gauge).highest > 0.0 && limit_unit(gauge).factor > 0.0);
    }
    QCOMPARE(rule_words({Gauge::kVram, 90.0, 300.0}), QStringLiteral("VRAM above 90.0 % for 5 min"));
    QCOMPARE(alert_words({{Gauge::kVram, 90.0, 300.0}, false, 0.0, 93.12}),
             QStringLiteral("VRAM is 93.1 %, above 90.0 % for 5 min"));
  }

  void looks_are_kept_and_rules_fire_once() {
    Machine machine;
    machine.set_rule(90.0);
    MonitorWatch monitor(machine.services, machine.settings_file());
    std::vector<watch::Alert> alerts;
    connect(&monitor, &MonitorWatch::alerted, this,
            [&](const watch::Alert& alert) { alerts.push_back(alert); });
    QSignalSpy standing(&monitor, &MonitorWatch::standingChanged);
    MonitorSettings settings = monitor.settings();
    settings.log = QStringLiteral("/a.log");
    monitor.set_settings(settings);
    monitor.start();
    QTRY_VERIFY(machine.looks >= 3);
    QTRY_VERIFY(machine.kept().size() >= 3);
    QCOMPARE(machine.kept().back()[Gauge::kMemory], 10.0);
    machine.memory = 95.0;
    QTRY_COMPARE(alerts.size(), std::size_t(1));
    const int looks = machine.looks;
    QTRY_VERIFY(machine.looks >= looks + 3);
    QCOMPARE(alerts.size(), std::size_t(1));
    QVERIFY(!alerts[0].ended && alerts[0].value == 95.0);
    QTRY_COMPARE(monitor.standing(), 1);
    machine.memory = 20.0;
    QTRY_COMPARE(alerts.size(), std::size_t(2));
    QVERIFY(alerts[1].ended);
    QTRY_COMPARE(monitor.standing(), 0);
    QCOMPARE(standing.size(), 2);
    QTRY_COMPARE(machine.told().size(), 2);
    QVERIFY2(machine.told()[0].startsWith(QLatin1String("/a.log||memory is 95 %, above 90")),
             qPrintable(machine.told()[0]));
  }

  void what_was_recorded_before_is_judged_by_the_rules_of_now() {
    Machine machine(60'000);
    machine.set_rule(90.0, 60.0);
    std::vector<MonitorRecord> before;
    const double begin = now() - 3600.0;
    for (int i = 0; i < 600; ++i) before.push_back(at(begin + 2.0 * i, i >= 100 && i < 200 ? 95.0 : 10.0));
    machine.fill(before);
    MonitorWatch monitor(machine.services, machine.settings_file());
    std::vector<watch::Alert> told;
    connect(&monitor, &MonitorWatch::alerted, this,
            [&](const watch::Alert& alert) { told.push_back(alert); });
    monitor.set_range(0.0);
    monitor.set_shown(true);
    monitor.start();
    QTRY_VERIFY(monitor.picture() != nullptr && monitor.picture()->records >= 600);
    QCOMPARE(monitor.picture()->alerts.size(), std::size_t(2));
    QCOMPARE(std::round(monitor.picture()->alerts[0].time - begin), 260.0);
    QVERIFY(monitor.picture()->alerts[1].ended);
    QVERIFY2(told.empty(), "what is long past is told to nobody");
    QVERIFY(monitor.picture()->series[std::size_t(Gauge::kMemory)].size() > 50);
    // Another rule: it holds at once, and that is told.
    MonitorSettings settings = monitor.settings();
    settings.rules.push_back({{Gauge::kMemory, 5.0, 0.0}, true});
    monitor.set_settings(settings);
    QTRY_COMPARE(told.size(), std::size_t(1));
    QCOMPARE(told[0].rule.limit, 5.0);
    QTRY_COMPARE(int(monitor.picture()->standing.size()), 1);
    // Off: as if it were not there.
    settings.rules[1].on = false;
    monitor.set_settings(settings);
    QTRY_COMPARE(int(monitor.picture()->standing.size()), 0);
    QCOMPARE(told.size(), std::size_t(1));
  }

  void a_file_that_another_process_writes_is_left_to_it() {
    Machine machine;
    machine.set_rule(90.0);
    // As `fovea top --watch --hours` made it: another size.
    auto other = watch::MonitorRing::open(machine.services.ring, 50);
    QVERIFY(other.has_value());
    MonitorWatch monitor(machine.services, machine.settings_file());
    monitor.set_shown(true);
    monitor.start();
    QTRY_VERIFY(monitor.picture() != nullptr && monitor.picture()->recording == Recording::kElsewhere);
    QTRY_VERIFY(monitor.picture()->records >= 2);
    QVERIFY(machine.kept().empty());
    // It ends; half a minute later the window goes on with the file, as large as it is.
    *other =
        std::move(*watch::MonitorRing::open(machine.folder.filePath(QStringLiteral("x")).toStdString(), 1));
    machine.ahead = 31.0;
    QTRY_VERIFY(monitor.picture()->recording == Recording::kHere);
    const int looks = machine.looks;
    QTRY_VERIFY_WITH_TIMEOUT(machine.looks >= looks + 60, 20'000);
    QTRY_COMPARE(machine.kept().size(), std::size_t(50));
  }

  void a_file_that_cannot_be_written_is_said() {
    Machine machine;
    machine.set_rule(90.0);
    machine.services.ring = "/proc/fovea/monitor.ring";
    MonitorWatch monitor(machine.services, machine.settings_file());
    monitor.set_shown(true);
    monitor.start();
    QTRY_VERIFY(monitor.picture() != nullptr && monitor.picture()->recording == Recording::kFailed);
    QVERIFY(monitor.picture()->fault.contains(QLatin1String("/proc/fovea/monitor.ring")));
    QTRY_VERIFY2(monitor.picture()->records >= 2, "curves there are all the same");
  }

  void recording_is_switched_off_and_on() {
    Machine machine;
    machine.set_rule(90.0, 0.0, false);
    MonitorWatch monitor(machine.services, machine.settings_file());
    monitor.set_shown(true);
    monitor.start();
    QTest::qWait(100);
    QCOMPARE(int(machine.looks), 0);
    MonitorSettings settings = monitor.settings();
    settings.record = true;
    monitor.set_settings(settings);
    QTRY_VERIFY(machine.looks >= 2);
    QVERIFY(read_monitor_settings(machine.settings_file()).record);
    settings.record = false;
    monitor.set_settings(settings);
    QTRY_VERIFY(monitor.picture() != nullptr && monitor.picture()->recording == Recording::kOff);
    const int looks = machine.looks;
    QTest::qWait(100);
    QVERIFY(machine.looks <= looks + 1);
    QVERIFY2(watch::MonitorRing::open(machine.services.ring, 5).has_value(), "others may record now");
  }

  void the_windows_own_server_is_watched() {
    Machine machine;
    machine.set_rule(90.0);
    MonitorWatch monitor(machine.services, machine.settings_file());
    monitor.set_server({"http://127.0.0.1:8080", "k"});
    monitor.start();
    QTRY_VERIFY(machine.looks >= 1);
    const std::lock_guard lock(machine.mutex);
    QCOMPARE(machine.server.url, std::string("http://127.0.0.1:8080"));
    QCOMPARE(machine.server.key, std::string("k"));
  }

  void records_are_saved_as_csv() {
    Machine machine(60'000);
    machine.set_rule(90.0, 0.0, false);
    machine.fill({at(now() - 100.0, 40.0), at(now() - 10.0, 50.0, 20.0)});
    MonitorWatch monitor(machine.services, machine.settings_file());
    monitor.set_range(50.0);
    monitor.start();
    const QString file = machine.folder.filePath(QStringLiteral("m.csv"));
    std::optional<QString> fault;
    monitor.save(file, [&](const QString& said) { fault = said; });
    QTRY_VERIFY(fault.has_value());
    QCOMPARE(*fault, QString());
    QFile saved(file);
    QVERIFY(saved.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = saved.readAll().trimmed().split('\n');
    QCOMPARE(lines.size(), 2);
    const int memory = int(lines[0].split(',').indexOf("memory"));
    QCOMPARE(lines[1].split(',')[memory], QByteArray("50"));
    QCOMPARE(lines[1].split(',')[lines[0].split(',').indexOf("watts")], QByteArray());
    fault.reset();
    monitor.save(QStringLiteral("/nowhere/m.csv"), [&](const QString& said) { fault = said; });
    QTRY_VERIFY(fault.has_value() && fault->contains(QLatin1String("/nowhere/m.csv")));
  }

  void the_desktop_is_told() {
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) QSKIP("needs a session bus");
    FakeDesktop desktop;
    if (!bus.registerService(QStringLiteral("org.freedesktop.Notifications")))
      QSKIP("the session has a desktop of its own");
    QVERIFY(bus.registerObject(QStringLiteral("/org/freedesktop/Notifications"), &desktop,
                               QDBusConnection::ExportAllSlots));
    Machine machine;
    machine.set_rule(90.0);
    MonitorWatch monitor(machine.services, machine.settings_file());
    MonitorSettings settings = monitor.settings();
    settings.notify = true;
    monitor.set_settings(settings);
    QSignalSpy failed(&monitor, &MonitorWatch::undelivered);
    monitor.start();
    machine.memory = 95.0;
    QTRY_COMPARE(desktop.shown.size(), 1);
    QCOMPARE(desktop.shown[0], QStringLiteral("Fovea|Fovea's monitor|Memory is 95.0 %, above 90.0 %"));
    settings.notify = false;
    monitor.set_settings(settings);
    machine.memory = 5.0;
    QTRY_COMPARE(monitor.standing(), 0);
    QTest::qWait(50);
    QCOMPARE(desktop.shown.size(), 1);
    QVERIFY(failed.isEmpty());
    // A desktop that is gone is said.
    bus.unregisterObject(QStringLiteral("/org/freedesktop/Notifications"));
    settings.notify = true;
    monitor.set_settings(settings);
    machine.memory = 95.0;
    QTRY_COMPARE(failed.size(), 1);
    bus.unregisterService(QStringLiteral("org.freedesktop.Notifications"));
  }

  void what_did_not_arrive_is_said() {
    Machine machine;
    machine.set_rule(90.0);
    machine.refusal = "The webhook said 500.";
    MonitorWatch monitor(machine.services, machine.settings_file());
    MonitorSettings settings = monitor.settings();
    settings.webhook = QStringLiteral("https://example.org/hook");
    monitor.set_settings(settings);
    QSignalSpy failed(&monitor, &MonitorWatch::undelivered);
    monitor.start();
    machine.memory = 95.0;
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(failed[0][0].toString(), QStringLiteral("The webhook said 500."));
  }
};

std::unique_ptr<QObject> monitor_suite() {
  return std::make_unique<MonitorTest>();
}

#include <monitor_test.moc>
