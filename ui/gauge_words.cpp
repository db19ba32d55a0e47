#include "ui/gauge_words.h"

#include "ui/quantities.h"
#include "ui/words.h"

#include <QDateTime>
#include <QLocale>
#include <cmath>

namespace fovea::ui {
namespace {

using watch::Gauge;

QDateTime moment(double time) {
  return QDateTime::fromMSecsSinceEpoch(qint64(time * 1000.0));
}

}  // namespace

QString gauge_words(Gauge gauge) {
  switch (gauge) {
    case Gauge::kCpu:
      return tr("Processor");
    case Gauge::kLoad:
      return tr("Load average");
    case Gauge::kMemory:
      return tr("Memory");
    case Gauge::kResident:
      return tr("Memory of Fovea");
    case Gauge::kDisk:
      return tr("Disk");
    case Gauge::kDiskRead:
      return tr("Read from disks");
    case Gauge::kDiskWrite:
      return tr("Written to disks");
    case Gauge::kGpu:
      return tr("Graphics card");
    case Gauge::kVram:
      return tr("VRAM");
    case Gauge::kVramUsed:
      return tr("VRAM, bytes");
    case Gauge::kWatts:
      return tr("Graphics card's power");
    case Gauge::kCelsius:
      return tr("Graphics card's temperature");
    case Gauge::kRunning:
      return tr("Requests computed");
    case Gauge::kQueue:
      return tr("Requests waiting");
    case Gauge::kRequests:
      return tr("Requests a second");
    case Gauge::kTokens:
      return tr("Tokens a second");
    case Gauge::kRefused:
      return tr("Requests refused");
    case Gauge::kP99:
      return tr("p99 of answers");
    case Gauge::kTtftP99:
      return tr("p99 of first tokens");
  }
  return {};
}

QString gauge_tip(Gauge gauge) {
  switch (gauge) {
    case Gauge::kCpu:
      return tr("Share of all cores that all programs use");
    case Gauge::kLoad:
      return tr("Programs that run or want to, mean of a minute");
    case Gauge::kMemory:
      return tr("Share of the machine's memory that all programs use");
    case Gauge::kResident:
      return tr("Resident memory of all processes of this program");
    case Gauge::kDisk:
      return tr("How full the file system of the working folder is");
    case Gauge::kDiskRead:
      return tr("Bytes a second, of all disks");
    case Gauge::kDiskWrite:
      return tr("Bytes a second, of all disks");
    case Gauge::kGpu:
      return tr("Share of the time in which the busiest graphics card computed");
    case Gauge::kVram:
      return tr("How full the memory of the fullest graphics card is");
    case Gauge::kVramUsed:
      return tr("Of all graphics cards together");
    case Gauge::kWatts:
      return tr("Of all graphics cards together");
    case Gauge::kCelsius:
      return tr("Of the hottest graphics card");
    case Gauge::kRunning:
      return tr("By the servers of this program on this machine");
    case Gauge::kQueue:
      return tr("For a place in the servers of this program on this machine");
    case Gauge::kRequests:
      return tr("Answered by the servers of this program on this machine");
    case Gauge::kTokens:
      return tr("Written by the servers of this program on this machine");
    case Gauge::kRefused:
      return tr("Since the look before: refused by an engine, or answered with 429 or 503");
    case Gauge::kP99:
      return tr("99 of 100 answers since the look before took no longer, on the slowest server");
    case Gauge::kTtftP99:
      return tr("99 of 100 first tokens since the look before came no later, on the slowest server");
  }
  return {};
}

QString gauge_text(Gauge gauge, double value) {
  if (std::isnan(value)) return QStringLiteral("–");
  switch (gauge) {
    case Gauge::kCpu:
    case Gauge::kMemory:
    case Gauge::kDisk:
    case Gauge::kGpu:
    case Gauge::kVram:
      return fixed_text(value, value < 99.95 ? 1 : 0) + QStringLiteral(" %");
    case Gauge::kResident:
    case Gauge::kVramUsed:
      return bytes_text(std::uint64_t(std::max(0.0, value)));
    case Gauge::kDiskRead:
    case Gauge::kDiskWrite:
      return bytes_text(std::uint64_t(std::max(0.0, value))) + QStringLiteral("/s");
    case Gauge::kWatts:
      return fixed_text(value, 0) + QStringLiteral(" W");
    case Gauge::kCelsius:
      return fixed_text(value, 0) + QStringLiteral(" °C");
    case Gauge::kP99:
    case Gauge::kTtftP99:
      return seconds_text(value);
    case Gauge::kLoad:
      return fixed_text(value, 2);
    case Gauge::kRunning:
    case Gauge::kQueue:
    case Gauge::kRefused:
    case Gauge::kRequests:
    case Gauge::kTokens:
      break;
  }
  return fixed_text(value, value == std::floor(value) ? 0 : 1);
}

LimitUnit limit_unit(Gauge gauge) {
  switch (gauge) {
    case Gauge::kCpu:
    case Gauge::kMemory:
    case Gauge::kDisk:
    case Gauge::kGpu:
    case Gauge::kVram:
      return {1.0, QStringLiteral("%"), 100.0, 1};
    case Gauge::kResident:
    case Gauge::kVramUsed:
      return {1e9, QStringLiteral("GB"), 100'000.0, 1};
    case Gauge::kDiskRead:
    case Gauge::kDiskWrite:
      return {1e6, QStringLiteral("MB/s"), 100'000.0, 1};
    case Gauge::kWatts:
      return {1.0, QStringLiteral("W"), 100'000.0, 0};
    case Gauge::kCelsius:
      return {1.0, QStringLiteral("°C"), 200.0, 0};
    case Gauge::kP99:
    case Gauge::kTtftP99:
      return {1.0, QStringLiteral("s"), 86'400.0, 2};
    case Gauge::kLoad:
      return {1.0, {}, 10'000.0, 1};
    case Gauge::kRunning:
    case Gauge::kQueue:
    case Gauge::kRefused:
      break;
    case Gauge::kRequests:
    case Gauge::kTokens:
      return {1.0, QStringLiteral("/s"), 1e6, 1};
  }
  return {1.0, {}, 1e6, 0};
}

QString for_words(double seconds) {
  if (seconds <= 0.0) return tr("at once");
  if (seconds >= 3600.0 && std::fmod(seconds, 3600.0) == 0.0)
    return tr("for %1 h").arg(fixed_text(seconds / 3600.0, 0));
  if (seconds >= 60.0 && std::fmod(seconds, 60.0) == 0.0)
    return tr("for %1 min").arg(fixed_text(seconds / 60.0, 0));
  return tr("for %1 s").arg(fixed_text(seconds, seconds == std::floor(seconds) ? 0 : 1));
}

QString rule_words(const watch::Rule& rule) {
  const QString limit = gauge_text(rule.gauge, rule.limit);
  return rule.seconds > 0.0
             ? tr("%1 above %2 %3").arg(gauge_words(rule.gauge), limit, for_words(rule.seconds))
             : tr("%1 above %2").arg(gauge_words(rule.gauge), limit);
}

QString alert_words(const watch::Alert& alert) {
  const watch::Rule& rule = alert.rule;
  if (alert.ended) {
    return std::isnan(alert.value)
               ? tr("Over: %1 is no longer known").arg(gauge_words(rule.gauge))
               : tr("Over: %1 is %2").arg(gauge_words(rule.gauge), gauge_text(rule.gauge, alert.value));
  }
  const QString now = tr("%1 is %2").arg(gauge_words(rule.gauge), gauge_text(rule.gauge, alert.value));
  const QString limit = gauge_text(rule.gauge, rule.limit);
  return rule.seconds > 0.0 ? tr("%1, above %2 %3").arg(now, limit, for_words(rule.seconds))
                            : tr("%1, above %2").arg(now, limit);
}

QString moment_words(double time) {
  const QDateTime at = moment(time);
  const QString clock = at.toString(QStringLiteral("HH:mm:ss"));
  return at.date() == QDate::currentDate()
             ? clock
             : QStringLiteral("%1 %2").arg(QLocale().toString(at.date(), QLocale::ShortFormat), clock);
}

QString clock_words(double time, bool with_day) {
  const QDateTime at = moment(time);
  const QString clock = at.toString(QStringLiteral("HH:mm"));
  return with_day ? QStringLiteral("%1 %2").arg(
                        QLocale().dayName(at.date().dayOfWeek(), QLocale::ShortFormat), clock)
                  : clock;
}

}  // namespace fovea::ui
