#include "ui/connections/connection_table.h"

#include "ui/quantities.h"
#include "ui/words.h"

#include <QDateTime>
#include <QLocale>
#include <algorithm>
#include <set>
#include <string>

namespace fovea::ui {
namespace {

QString why_text(const std::string& why) {
  if (why == kWhyListOfModels) return tr("list of models");
  if (why == kWhyQuestion) return tr("question");
  if (why == kWhyMedia) return tr("picture or clip");
  if (why == kWhyModelFiles) return tr("files of a model");
  if (why == kWhyAlert) return tr("alert");
  if (why == kWhyServerLook) return tr("look at a server");
  return QString::fromStdString(why);
}

QString verdict_text(const OutboundExchange& one) {
  switch (one.verdict) {
    case OutboundVerdict::kUnderWay:
      return tr("under way");
    case OutboundVerdict::kAnswered:
      return tr("answered");
    case OutboundVerdict::kRefused:
      return tr("refused (status %1)").arg(one.status);
    case OutboundVerdict::kFailed:
      return one.status == 0 ? tr("no connection") : tr("broken off");
    case OutboundVerdict::kStopped:
      return tr("stopped here");
    case OutboundVerdict::kForbidden:
      return tr("forbidden here, not dialled");
  }
  return {};
}

QString host_text(const OutboundExchange& one) {
  const QString host = QString::fromStdString(one.host);
  const QString place =
      QStringLiteral("%1:%2").arg(host.contains(u':') ? u'[' + host + u']' : host).arg(one.port);
  const bool here = host == QLatin1String("localhost") || host.startsWith(QLatin1String("127.")) ||
                    host == QLatin1String("::1");
  return here ? tr("%1 (this machine)").arg(place) : place;
}

Cell bytes_cell(const OutboundExchange& one, std::uint64_t bytes) {
  const bool known = one.ended();
  return {known ? bytes_text(bytes) : QStringLiteral("…"), double(bytes),
          known ? tr("%1 bytes").arg(count_text(std::int64_t(bytes))) : tr("Known once it has ended")};
}

}  // namespace

CellTable connection_table(const std::vector<OutboundExchange>& exchanges) {
  CellTable table;
  table.columns = {{tr("When"), {}},
                   {tr("With whom"), {}},
                   {tr("Why"), {}},
                   {tr("Sent"), tr("Of the contents, before encryption")},
                   {tr("Received"), tr("Of the contents, before encryption")},
                   {tr("What became of it"), {}}};
  for (auto one = exchanges.rbegin(); one != exchanges.rend(); ++one) {
    const QDateTime when = QDateTime::fromSecsSinceEpoch(one->begun);
    table.rows.push_back(
        {{QLocale().toString(when, QStringLiteral("yyyy-MM-dd HH:mm:ss")), double(one->number)},
         {host_text(*one)},
         {why_text(one->why)},
         bytes_cell(*one, one->sent_bytes),
         bytes_cell(*one, one->received_bytes),
         {verdict_text(*one)}});
  }
  return table;
}

QString connection_summary(const std::vector<OutboundExchange>& exchanges) {
  std::set<QString> hosts;
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  for (const OutboundExchange& one : exchanges) {
    hosts.insert(host_text(one));
    sent += one.sent_bytes;
    received += one.received_bytes;
  }
  QString text = tr("Connections: %1, with places: %2. %3 sent, %4 received.")
                     .arg(exchanges.size())
                     .arg(hosts.size())
                     .arg(bytes_text(sent), bytes_text(received));
  const std::uint64_t forgotten = exchanges.empty() ? 0 : exchanges.front().number - 1;
  if (forgotten > 0) text += u' ' + tr("%1 earlier ones are not kept.").arg(forgotten);
  return text;
}

}  // namespace fovea::ui
