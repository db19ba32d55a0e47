#include "ui/monitor_settings.h"

#include "ui/words.h"

#include <QSettings>
#include <QUrl>

namespace fovea::ui {
namespace {

constexpr int kMostRules = 100;

}  // namespace

std::vector<watch::Rule> MonitorSettings::applied() const {
  std::vector<watch::Rule> out;
  for (const KeptRule& kept : rules) {
    if (kept.on) out.push_back(kept.rule);
  }
  return out;
}

MonitorSettings usual_monitor_settings() {
  MonitorSettings settings;
  for (const watch::Rule& rule : watch::standard_rules()) settings.rules.push_back({rule, true});
  settings.rules.push_back({{watch::Gauge::kP99, 10.0, 60.0}, false});
  settings.rules.push_back({{watch::Gauge::kMemory, 95.0, 60.0}, false});
  settings.rules.push_back({{watch::Gauge::kDisk, 95.0, 0.0}, false});
  return settings;
}

QString webhook_fault(const QString& address) {
  if (address.isEmpty()) return {};
  const QUrl url(address, QUrl::StrictMode);
  const bool web = url.scheme() == QLatin1String("http") || url.scheme() == QLatin1String("https");
  if (url.isValid() && web && !url.host().isEmpty()) return {};
  return tr("The webhook must be an address as https://example.org/hook.");
}

MonitorSettings read_monitor_settings(const QString& path) {
  QSettings file(path, QSettings::IniFormat);
  MonitorSettings s = usual_monitor_settings();
  s.record = file.value(QStringLiteral("monitor/record"), s.record).toBool();
  s.notify = file.value(QStringLiteral("monitor/notify"), s.notify).toBool();
  s.log = file.value(QStringLiteral("monitor/log")).toString();
  s.webhook = file.value(QStringLiteral("monitor/webhook")).toString();
  if (!webhook_fault(s.webhook).isEmpty()) s.webhook.clear();
  if (!file.contains(QStringLiteral("rules/size"))) return s;
  s.rules.clear();
  const int count = qBound(0, file.beginReadArray(QStringLiteral("rules")), kMostRules);
  for (int i = 0; i < count; ++i) {
    file.setArrayIndex(i);
    const Result<watch::Rule> rule =
        watch::parse_rule(file.value(QStringLiteral("rule")).toString().toStdString());
    if (rule) s.rules.push_back({*rule, file.value(QStringLiteral("on"), true).toBool()});
  }
  file.endArray();
  return s;
}

bool write_monitor_settings(const MonitorSettings& s, const QString& path) {
  QSettings file(path, QSettings::IniFormat);
  file.setValue(QStringLiteral("monitor/record"), s.record);
  file.setValue(QStringLiteral("monitor/notify"), s.notify);
  file.setValue(QStringLiteral("monitor/log"), s.log);
  file.setValue(QStringLiteral("monitor/webhook"), s.webhook);
  file.remove(QStringLiteral("rules"));
  file.beginWriteArray(QStringLiteral("rules"), int(s.rules.size()));
  for (int i = 0; i < int(s.rules.size()); ++i) {
    file.setArrayIndex(i);
    file.setValue(QStringLiteral("rule"), QString::fromStdString(s.rules[std::size_t(i)].rule.text()));
    file.setValue(QStringLiteral("on"), s.rules[std::size_t(i)].on);
  }
  file.endArray();
  file.sync();
  return file.status() == QSettings::NoError;
}

}  // namespace fovea::ui
