#pragma once

#include "core/watch/monitor_ring.h"
#include "ui/monitor_watch.h"

#include <QDateTime>
#include <QStringList>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <limits>
#include <mutex>
#include <string>
#include <vector>

namespace fovea::test {

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

inline double now() {
  return double(QDateTime::currentMSecsSinceEpoch()) / 1000.0;
}

inline watch::MonitorRecord at(double time, double memory, double vram = kUnknown) {
  watch::MonitorRecord record;
  record.time = time;
  record.values.fill(kUnknown);
  record[watch::Gauge::kMemory] = memory;
  record[watch::Gauge::kVram] = vram;
  return record;
}

/// A machine whose memory is as full as the test says.
struct Machine {
  explicit Machine(int look_ms = 20) {
    services.ring = (folder.path() + QStringLiteral("/state/monitor.ring")).toStdString();
    services.look_ms = look_ms;
    services.look = [this](const ui::WatchedServer& own) {
      const std::lock_guard lock(mutex);
      server = own;
      ++looks;
      return at(now() + ahead, memory);
    };
    services.pass_on = [this](const watch::Alert& alert, const ui::AlertRoads& roads) {
      const std::lock_guard lock(mutex);
      passed.append(QString::fromStdString(roads.log + "|" + roads.webhook + "|" + alert.text()));
      return refusal.empty() ? std::vector<std::string>() : std::vector<std::string>{refusal};
    };
  }

  QString settings_file() const { return folder.filePath(QStringLiteral("monitor.ini")); }
  /// Settings with one rule, about memory, and no notifications.
  void set_rule(double limit, double seconds = 0.0, bool record = true) {
    ui::MonitorSettings settings;
    settings.record = record;
    settings.notify = false;
    settings.rules = {{{watch::Gauge::kMemory, limit, seconds}, true}};
    ui::write_monitor_settings(settings, settings_file());
  }
  std::vector<watch::MonitorRecord> kept() const {
    auto records = watch::MonitorRing::read(services.ring);
    return records ? std::move(*records) : std::vector<watch::MonitorRecord>();
  }
  void fill(const std::vector<watch::MonitorRecord>& records,
            std::uint32_t room = ui::MonitorWatch::kRecords) const {
    auto ring = watch::MonitorRing::open(services.ring, room);
    QVERIFY(ring.has_value());
    for (const watch::MonitorRecord& record : records) QVERIFY(ring->append(record).has_value());
  }
  QStringList told() {
    const std::lock_guard lock(mutex);
    return passed;
  }

  QTemporaryDir folder;
  ui::MonitorServices services;
  std::mutex mutex;
  QStringList passed;
  std::string refusal;
  ui::WatchedServer server;
  std::atomic<int> looks{0};
  std::atomic<double> memory{10.0};
  std::atomic<double> ahead{0.0};
};

}  // namespace fovea::test
