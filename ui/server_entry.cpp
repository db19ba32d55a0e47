#include "ui/server_entry.h"

#include <QSettings>
#include <QUuid>
#include <algorithm>

namespace fovea::ui {
namespace {

constexpr auto kArray = "servers";

/// Off where the file does not say it, as in those of older versions; numbers out of range are the nearest in
/// it.
UploadReduction read_reduction(const QSettings& file) {
  UploadReduction reduction;
  const int side = file.value(QStringLiteral("upload_side")).toInt();
  if (side > 0)
    reduction.longest_side = std::clamp(side, UploadReduction::kLeastSide, UploadReduction::kMostSide);
  const int quality = file.value(QStringLiteral("upload_quality"), UploadReduction::kUsualQuality).toInt();
  reduction.jpeg_quality = std::clamp(quality, UploadReduction::kLeastQuality, UploadReduction::kMostQuality);
  return reduction;
}

}  // namespace

QString new_server_id() {
  return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

std::vector<ServerEntry> read_servers(QSettings& file) {
  std::vector<ServerEntry> servers;
  const int count = std::min(file.beginReadArray(QLatin1String(kArray)), kMostServers);
  for (int i = 0; i < count; ++i) {
    file.setArrayIndex(i);
    ServerEntry entry;
    entry.id = file.value(QStringLiteral("id")).toString();
    entry.address = file.value(QStringLiteral("address")).toString();
    entry.model = file.value(QStringLiteral("model")).toString();
    entry.has_key = file.value(QStringLiteral("has_key")).toBool();
    entry.insecure_key = file.value(QStringLiteral("insecure_key")).toBool();
    entry.reduction = read_reduction(file);
    if (!entry.id.isEmpty() && !entry.address.isEmpty() && !entry.model.isEmpty())
      servers.push_back(std::move(entry));
  }
  file.endArray();
  return servers;
}

void write_servers(QSettings& file, const std::vector<ServerEntry>& servers) {
  file.remove(QLatin1String(kArray));  // or those that were removed would stay
  file.beginWriteArray(QLatin1String(kArray), int(servers.size()));
  for (int i = 0; i < int(servers.size()); ++i) {
    const ServerEntry& entry = servers[std::size_t(i)];
    file.setArrayIndex(i);
    file.setValue(QStringLiteral("id"), entry.id);
    file.setValue(QStringLiteral("address"), entry.address);
    file.setValue(QStringLiteral("model"), entry.model);
    file.setValue(QStringLiteral("has_key"), entry.has_key);
    file.setValue(QStringLiteral("insecure_key"), entry.insecure_key);
    file.setValue(QStringLiteral("upload_side"), entry.reduction.longest_side);
    file.setValue(QStringLiteral("upload_quality"), entry.reduction.jpeg_quality);
  }
  file.endArray();
}

}  // namespace fovea::ui
