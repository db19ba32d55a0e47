#include "ui/presets.h"

#include <QSettings>
#include <algorithm>
#include <utility>

namespace fovea::ui {
namespace {

constexpr auto kArray = "presets";
constexpr int kMostTokens = 1'000'000;

std::optional<double> number(const QSettings& file, const char* key, double most) {
  bool ok = false;
  const double value = file.value(QLatin1String(key)).toDouble(&ok);
  if (!ok || !(value >= 0.0)) return std::nullopt;
  return std::min(value, most);
}

}  // namespace

ChatOptions with_preset(const ChatOptions& chat, const Preset& preset) {
  ChatOptions out = preset.options;
  out.max_pixels = chat.max_pixels;
  return out;
}

bool keep_preset(std::vector<Preset>& presets, Preset preset) {
  preset.name = preset.name.simplified().left(kLongestPresetName);
  if (preset.name.isEmpty()) return false;
  const auto place = std::find_if(presets.begin(), presets.end(), [&](const Preset& other) {
    return QString::compare(other.name, preset.name, Qt::CaseInsensitive) >= 0;
  });
  if (place != presets.end() && QString::compare(place->name, preset.name, Qt::CaseInsensitive) == 0) {
    *place = std::move(preset);
    return true;
  }
  if (int(presets.size()) >= kMostPresets) return false;
  presets.insert(place, std::move(preset));
  return true;
}

std::vector<Preset> read_presets(QSettings& file) {
  std::vector<Preset> presets;
  const int count = std::min(file.beginReadArray(QLatin1String(kArray)), kMostPresets);
  for (int i = 0; i < count; ++i) {
    file.setArrayIndex(i);
    Preset preset;
    preset.name = file.value(QStringLiteral("name")).toString();
    ChatOptions& o = preset.options;
    o.system_prompt = file.value(QStringLiteral("system_prompt")).toString();
    o.temperature = number(file, "temperature", 2.0);
    o.top_p = number(file, "top_p", 1.0);
    o.max_new_tokens =
        std::clamp(file.value(QStringLiteral("max_new_tokens"), o.max_new_tokens).toInt(), 1, kMostTokens);
    const int thinking = file.value(QStringLiteral("thinking")).toInt();
    if (thinking >= 0 && thinking <= int(Thinking::kOff)) o.thinking = Thinking(thinking);
    keep_preset(presets, std::move(preset));
  }
  file.endArray();
  return presets;
}

void write_presets(QSettings& file, const std::vector<Preset>& presets) {
  file.remove(QLatin1String(kArray));  // or values that are unset now would stay
  file.beginWriteArray(QLatin1String(kArray), int(presets.size()));
  for (int i = 0; i < int(presets.size()); ++i) {
    const Preset& preset = presets[std::size_t(i)];
    const ChatOptions& o = preset.options;
    file.setArrayIndex(i);
    file.setValue(QStringLiteral("name"), preset.name);
    file.setValue(QStringLiteral("system_prompt"), o.system_prompt);
    if (o.temperature) file.setValue(QStringLiteral("temperature"), *o.temperature);
    if (o.top_p) file.setValue(QStringLiteral("top_p"), *o.top_p);
    file.setValue(QStringLiteral("max_new_tokens"), o.max_new_tokens);
    file.setValue(QStringLiteral("thinking"), int(o.thinking));
  }
  file.endArray();
}

}  // namespace fovea::ui
