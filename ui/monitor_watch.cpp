#include "ui/monitor_watch.h"

#include "core/watch/monitor_ring.h"
#include "ui/gauge_words.h"

#include <QDateTime>
#include <QSaveFile>
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace fovea::ui {
namespace {

constexpr double kMilliseconds = 1000.0;
constexpr double kStep = 300.0;             // seconds
constexpr double kTryAgain = 30.0;          // seconds until the file is asked for again
constexpr std::size_t kMostAlerts = 500;    // that are shown
constexpr std::size_t kMostKept = 1 << 20;  // records in memory: as many as a file holds

double now() {
  return double(QDateTime::currentMSecsSinceEpoch()) / kMilliseconds;
}

bool same(const watch::Rule& a, const watch::Rule& b) {
  return a.gauge == b.gauge && a.limit == b.limit && a.seconds == b.seconds;
}

std::span<const watch::MonitorRecord> in_range(const std::vector<watch::MonitorRecord>& records,
                                               double from) {
  const auto begin =
      std::lower_bound(records.begin(), records.end(), from,
                       [](const watch::MonitorRecord& record, double at) { return record.time < at; });
  return {begin, records.end()};
}

QByteArray csv_of(std::span<const watch::MonitorRecord> records) {
  QByteArray out = "time";
  for (const std::string_view name : watch::gauge_names())
    out.append(',').append(name.data(), qsizetype(name.size()));
  out += '\n';
  for (const watch::MonitorRecord& record : records) {
    out += QByteArray::number(record.time, 'f', 3);
    for (const double value : record.values)
      out.append(',').append(std::isnan(value) ? QByteArray() : QByteArray::number(value, 'g', 10));
    out += '\n';
  }
  return out;
}

}  // namespace

/// All that belongs to the thread that looks.
struct MonitorWatch::Worker {
  std::vector<watch::MonitorRecord> records;
  std::vector<watch::Alert> alerts;
  std::optional<watch::MonitorRing> ring;
  std::vector<watch::Rule> rules;
  watch::RuleWatch watched{{}};
  double asked_for_ring = 0.0;
  Recording recording = Recording::kOff;
  QString fault;
  bool read = false;

  void read_once(const std::string& file) {
    if (std::exchange(read, true)) return;
    if (auto found = watch::MonitorRing::read(file)) records = std::move(*found);
    // A clock that was set back leaves times out of order; curves go forward.
    std::stable_sort(
        records.begin(), records.end(),
        [](const watch::MonitorRecord& a, const watch::MonitorRecord& b) { return a.time < b.time; });
    apply(rules);
  }

  void apply(const std::vector<watch::Rule>& changed) {
    rules = changed;
    watched = watch::RuleWatch(rules);
    alerts = alerts_in(records, watched);
    limit();
  }

  void limit() {
    if (alerts.size() > kMostAlerts) alerts.erase(alerts.begin(), alerts.end() - std::ptrdiff_t(kMostAlerts));
    // Dropped by the thousand: the front of a vector is dear to drop.
    const std::size_t most = ring ? std::size_t(ring->records()) : kMostKept;
    if (records.size() > most + 1024) records.erase(records.begin(), records.end() - std::ptrdiff_t(most));
  }

  void keep(const watch::MonitorRecord& record, const std::string& file) {
    if (!ring && (asked_for_ring == 0.0 || std::abs(record.time - asked_for_ring) >= kTryAgain)) {
      asked_for_ring = record.time;
      Result<watch::MonitorRing> opened = watch::MonitorRing::open(file, kRecords, watch::RingRoom::kAsItIs);
      if (opened) {
        ring = std::move(*opened);
        recording = Recording::kHere;
        fault.clear();
      } else {
        recording = opened.error().code == ErrorCode::kBusy ? Recording::kElsewhere : Recording::kFailed;
        fault = QString::fromStdString(opened.error().text());
      }
    }
    if (ring) {
      if (const Result<void> kept = ring->append(record); !kept) {
        ring.reset();
        recording = Recording::kFailed;
        fault = QString::fromStdString(kept.error().text());
      }
    }
    // Where the clock was set back, what is later than now is let go: curves go forward.
    while (!records.empty() && records.back().time >= record.time) records.pop_back();
    records.push_back(record);
    limit();
  }

  std::vector<watch::Alert> take(const watch::MonitorRecord& record, const std::string& file) {
    keep(record, file);
    std::vector<watch::Alert> told = watched.look(record);
    alerts.insert(alerts.end(), told.begin(), told.end());
    return told;
  }

  void rest() {
    ring.reset();
    recording = Recording::kOff;
    asked_for_ring = 0.0;
  }

  std::shared_ptr<const MonitorPicture> picture(double range) const {
    auto out = std::make_shared<MonitorPicture>();
    out->to = now();
    out->first = records.empty() ? out->to : records.front().time;
    // All of it in steps, so that the slices keep their width for a while.
    const double all = std::ceil(std::max(1.0, out->to - out->first) / kStep) * kStep;
    out->from = out->to - (range > 0.0 ? range : all);
    out->series = series_of(in_range(records, out->from), out->from, out->to);
    out->alerts = alerts;
    out->standing = watched.standing();
    out->records = records.size();
    out->recording = recording;
    out->fault = fault;
    return out;
  }
};

MonitorWatch::MonitorWatch(const MonitorServices& services, const QString& settings_file, QObject* parent)
    : QObject(parent),
      services_(services),
      settings_file_(settings_file),
      settings_(read_monitor_settings(settings_file)),
      worker_(std::make_unique<Worker>()) {
  timer_.setInterval(services_.look_ms);
  timer_.setTimerType(Qt::CoarseTimer);
  connect(&timer_, &QTimer::timeout, this, &MonitorWatch::look);
  connect(&notice_, &DesktopNotice::failed, this, &MonitorWatch::undelivered);
  connect(this, &MonitorWatch::alerted, this, [this](const watch::Alert& alert) {
    if (settings_.notify) notice_.show(tr("Fovea's monitor"), alert_words(alert));
  });
  worker_->rules = settings_.applied();
}

MonitorWatch::~MonitorWatch() = default;

void MonitorWatch::post(std::function<void(Worker&)> task) {
  thread_.post([this, task = std::move(task)] { task(*worker_); });
}

void MonitorWatch::start() {
  if (!available()) return;
  post([file = services_.ring](Worker& worker) { worker.read_once(file); });
  if (!settings_.record) return;
  timer_.start();
  look();
}

void MonitorWatch::look() {
  if (busy_ || !available()) return;
  busy_ = true;
  post([this, server = server_, roads = roads(), range = shown_ > 0 ? range_ : -1.0](Worker& worker) {
    const watch::MonitorRecord record = services_.look(server);
    const std::vector<watch::Alert> told = worker.take(record, services_.ring);
    const std::shared_ptr<const MonitorPicture> picture = range >= 0.0 ? worker.picture(range) : nullptr;
    QMetaObject::invokeMethod(
        this,
        [this, picture, standing = int(worker.watched.standing().size())] {
          busy_ = false;
          set_standing(standing);
          if (picture == nullptr || shown_ == 0) return;
          picture_ = picture;
          Q_EMIT pictured();
        },
        Qt::QueuedConnection);
    tell(told, roads);
  });
}

void MonitorWatch::set_standing(int rules) {
  if (std::exchange(standing_, rules) != rules) Q_EMIT standingChanged(rules);
}

AlertRoads MonitorWatch::roads() const {
  return {settings_.log.toStdString(), settings_.webhook.toStdString()};
}

void MonitorWatch::tell(const std::vector<watch::Alert>& alerts, const AlertRoads& roads) {
  for (const watch::Alert& alert : alerts) {
    QMetaObject::invokeMethod(
        this, [this, alert] { Q_EMIT alerted(alert); }, Qt::QueuedConnection);
    if (!services_.pass_on || roads == AlertRoads()) continue;
    telling_.post([this, alert, roads] {
      for (const std::string& fault : services_.pass_on(alert, roads)) {
        QMetaObject::invokeMethod(
            this, [this, text = QString::fromStdString(fault)] { Q_EMIT undelivered(text); },
            Qt::QueuedConnection);
      }
    });
  }
}

void MonitorWatch::set_settings(const MonitorSettings& changed) {
  const bool recorded = settings_.record;
  settings_ = changed;
  if (!write_monitor_settings(settings_, settings_file_))
    Q_EMIT undelivered(
        tr("The monitor's settings could not be kept: %1 can't be written.").arg(settings_file_));
  if (!available()) return;
  post([this, rules = settings_.applied(), roads = roads()](Worker& worker) {
    const std::vector<watch::Rule> before = worker.watched.standing();
    worker.apply(rules);
    if (worker.records.empty()) return;
    const watch::MonitorRecord& last = worker.records.back();
    std::vector<watch::Alert> told;
    for (const watch::Rule& rule : worker.watched.standing()) {
      if (std::any_of(before.begin(), before.end(), [&](const watch::Rule& one) { return same(one, rule); }))
        continue;
      told.push_back({rule, false, last.time, last[rule.gauge]});
    }
    tell(told, roads);
  });
  if (settings_.record && !recorded) {
    timer_.start();
    look();
  } else if (!settings_.record && recorded) {
    timer_.stop();
    post([](Worker& worker) { worker.rest(); });
  }
  ask_for_picture();
}

void MonitorWatch::set_server(const WatchedServer& server) {
  server_ = server;
}

void MonitorWatch::set_range(double seconds) {
  range_ = seconds;
  ask_for_picture();
}

void MonitorWatch::set_shown(bool shown) {
  shown_ = std::max(0, shown_ + (shown ? 1 : -1));
  if (shown) ask_for_picture();
}

void MonitorWatch::ask_for_picture() {
  if (shown_ == 0 || !available()) return;
  post([this, range = range_](Worker& worker) {
    const std::shared_ptr<const MonitorPicture> picture = worker.picture(range);
    QMetaObject::invokeMethod(
        this,
        [this, picture] {
          set_standing(int(picture->standing.size()));
          picture_ = picture;
          Q_EMIT pictured();
        },
        Qt::QueuedConnection);
  });
}

void MonitorWatch::save(const QString& file, std::function<void(const QString& fault)> done) {
  post([this, file, range = range_, done = std::move(done)](Worker& worker) {
    const double from = range > 0.0 ? now() - range : 0.0;
    QSaveFile out(file);
    QString fault;
    if (!out.open(QIODevice::WriteOnly) || out.write(csv_of(in_range(worker.records, from))) < 0 ||
        !out.commit())
      fault = tr("%1 could not be written: %2.").arg(file, out.errorString());
    QMetaObject::invokeMethod(
        this, [done, fault] { done(fault); }, Qt::QueuedConnection);
  });
}

}  // namespace fovea::ui
