#include "ui/settings.h"

#include "core/api/weight_group.h"

#include <QSettings>
#include <algorithm>

namespace fovea::ui {
namespace {

template <typename Choice>
Choice choice(const QSettings& file, const char* key, Choice otherwise, int count) {
  bool ok = false;
  const int value = file.value(QLatin1String(key), int(otherwise)).toInt(&ok);
  return ok && value >= 0 && value < count ? Choice(value) : otherwise;
}

constexpr int kMostAdapters = 200;

std::map<QString, QString> read_adapters(QSettings& file) {
  std::map<QString, QString> adapters;
  const int count = std::min(file.beginReadArray(QStringLiteral("adapters")), kMostAdapters);
  for (int i = 0; i < count; ++i) {
    file.setArrayIndex(i);
    const QString model = file.value(QStringLiteral("model")).toString();
    const QString folder = file.value(QStringLiteral("folder")).toString();
    if (!model.isEmpty() && !folder.isEmpty()) adapters[model] = folder;
  }
  file.endArray();
  return adapters;
}

void write_adapters(QSettings& file, const std::map<QString, QString>& adapters) {
  file.remove(QStringLiteral("adapters"));  // of a longer list before
  file.beginWriteArray(QStringLiteral("adapters"), int(adapters.size()));
  int at = 0;
  for (const auto& [model, folder] : adapters) {
    file.setArrayIndex(at++);
    file.setValue(QStringLiteral("model"), model);
    file.setValue(QStringLiteral("folder"), folder);
  }
  file.endArray();
}

}  // namespace

EngineOptions wished_engine(const Settings& settings) {
  EngineOptions options;
  options.compute_type = settings.compute_type;
  options.device = settings.device;
  options.weights.format = settings.weights;
  if (settings.weights == WeightFormat::kInt8 && settings.weights_by_row) options.weights.group = kWholeRow;
  options.kv_cache_type = settings.kv_cache_type;
  options.threads = settings.threads;
  return options;
}

Settings read_settings(const QString& path) {
  QSettings file(path, QSettings::IniFormat);
  Settings s;
  s.theme = choice(file, "look/theme", s.theme, 4);
  s.language = choice(file, "look/language", s.language, 3);
  s.text_scale = std::clamp(file.value(QStringLiteral("look/text_scale"), s.text_scale).toDouble(), 0.8, 1.6);
  s.system_prompt = file.value(QStringLiteral("chat/system_prompt")).toString();
  s.temperature =
      std::clamp(file.value(QStringLiteral("chat/temperature"), s.temperature).toDouble(), -1.0, 2.0);
  s.max_new_tokens =
      std::clamp(file.value(QStringLiteral("chat/max_new_tokens"), s.max_new_tokens).toInt(), 1, 100'000);
  s.presets = read_presets(file);
  s.model_folder = file.value(QStringLiteral("model/folder")).toString();
  s.model_folders = file.value(QStringLiteral("model/folders")).toStringList().mid(0, kMostModelFolders);
  s.adapters = read_adapters(file);
  s.servers = read_servers(file);
  s.server_in_use = file.value(QStringLiteral("model/server")).toString();
  s.load_at_start = file.value(QStringLiteral("model/load_at_start"), s.load_at_start).toBool();
  s.compute_type = choice(file, "model/compute_type", s.compute_type, 4);
  s.device =
      parse_device(file.value(QStringLiteral("model/device")).toString().toStdString()).value_or(s.device);
  s.weights = choice(file, "model/weights", s.weights, 4);
  s.weights_by_row = s.weights == WeightFormat::kInt8 &&
                     file.value(QStringLiteral("model/weights_by_row"), s.weights_by_row).toBool();
  s.kv_cache_type = choice(file, "model/kv_cache_type", s.kv_cache_type, 4);
  s.engine_place = choice(file, "model/engine_place", s.engine_place, 3);
  s.threads = std::clamp(file.value(QStringLiteral("model/threads"), s.threads).toInt(), 0, 1024);
  s.unload_after_minutes =
      std::clamp(file.value(QStringLiteral("model/unload_after_minutes"), 0).toInt(), 0, 1440);
  s.server_on = file.value(QStringLiteral("server/on"), s.server_on).toBool();
  s.server_port = std::clamp(file.value(QStringLiteral("server/port"), s.server_port).toInt(), 1, 65535);
  s.server_key = file.value(QStringLiteral("server/key"), s.server_key).toBool();
  s.server_network = s.server_key && file.value(QStringLiteral("server/network"), false).toBool();
  s.geometry = file.value(QStringLiteral("layout/geometry")).toByteArray();
  s.docks = file.value(QStringLiteral("layout/docks")).toByteArray();
  s.inspector_tab = std::clamp(file.value(QStringLiteral("layout/inspector_tab"), 0).toInt(), 0, 2);
  return s;
}

bool write_settings(const Settings& s, const QString& path) {
  QSettings file(path, QSettings::IniFormat);
  file.setValue(QStringLiteral("look/theme"), int(s.theme));
  file.setValue(QStringLiteral("look/language"), int(s.language));
  file.setValue(QStringLiteral("look/text_scale"), s.text_scale);
  file.setValue(QStringLiteral("chat/system_prompt"), s.system_prompt);
  file.setValue(QStringLiteral("chat/temperature"), s.temperature);
  file.setValue(QStringLiteral("chat/max_new_tokens"), s.max_new_tokens);
  write_presets(file, s.presets);
  file.setValue(QStringLiteral("model/folder"), s.model_folder);
  file.setValue(QStringLiteral("model/folders"), s.model_folders);
  write_adapters(file, s.adapters);
  write_servers(file, s.servers);
  file.setValue(QStringLiteral("model/server"), s.server_in_use);
  file.setValue(QStringLiteral("model/load_at_start"), s.load_at_start);
  file.setValue(QStringLiteral("model/compute_type"), int(s.compute_type));
  file.setValue(QStringLiteral("model/device"), QString::fromStdString(device_name(s.device)));
  file.setValue(QStringLiteral("model/weights"), int(s.weights));
  file.setValue(QStringLiteral("model/weights_by_row"), s.weights_by_row);
  file.setValue(QStringLiteral("model/kv_cache_type"), int(s.kv_cache_type));
  file.setValue(QStringLiteral("model/engine_place"), int(s.engine_place));
  file.setValue(QStringLiteral("model/threads"), s.threads);
  file.setValue(QStringLiteral("model/unload_after_minutes"), s.unload_after_minutes);
  file.setValue(QStringLiteral("server/on"), s.server_on);
  file.setValue(QStringLiteral("server/port"), s.server_port);
  file.setValue(QStringLiteral("server/key"), s.server_key);
  file.setValue(QStringLiteral("server/network"), s.server_network);
  file.setValue(QStringLiteral("layout/geometry"), s.geometry);
  file.setValue(QStringLiteral("layout/docks"), s.docks);
  file.setValue(QStringLiteral("layout/inspector_tab"), s.inspector_tab);
  file.sync();
  return file.status() == QSettings::NoError;
}

}  // namespace fovea::ui
