#include "ui/history/chat_json.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include <QLatin1String>

namespace fovea::ui {
namespace {

constexpr std::array<const char*, 6> kStates = {"complete", "running",     "stopped",
                                                "cut",      "interrupted", "failed"};
constexpr std::array<const char*, 4> kRoles = {"system", "user", "assistant", "tool"};

template <std::size_t N>
std::size_t index_of(const std::array<const char*, N>& names, const QString& name, std::size_t otherwise) {
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const char* n) { return name == QLatin1String(n); });
  return found == names.end() ? otherwise : std::size_t(std::distance(names.begin(), found));
}

QString key(Stage stage) {
  const std::string_view name = stage_name(stage);
  return QString::fromLatin1(name.data(), qsizetype(name.size()));
}

std::int64_t whole(const QJsonObject& json, const char* name) {
  return std::int64_t(json[QLatin1String(name)].toDouble());
}

QJsonObject untold_json(const Untold& untold) {
  QJsonObject json;
  if (untold.tokens) json[QStringLiteral("tokens")] = true;
  if (untold.vision) json[QStringLiteral("vision")] = true;
  if (untold.reasoning) json[QStringLiteral("reasoning")] = true;
  return json;
}

Untold untold_from_json(const QJsonObject& json) {
  const auto is = [&](const char* what) { return json[QLatin1String(what)].toBool(); };
  return {is("tokens"), is("vision"), is("reasoning")};
}

QJsonObject upload_json(const UploadSaving& saving) {
  return {{QStringLiteral("pictures"), saving.pictures},
          {QStringLiteral("source_bytes"), double(saving.source_bytes)},
          {QStringLiteral("sent_bytes"), double(saving.sent_bytes)},
          {QStringLiteral("reduce_seconds"), saving.reduce_seconds},
          {QStringLiteral("bytes_per_second"), saving.bytes_per_second}};
}

UploadSaving upload_from_json(const QJsonObject& json) {
  UploadSaving saving;
  saving.pictures = std::max(0, json[QLatin1String("pictures")].toInt());
  saving.source_bytes = std::uint64_t(std::max<std::int64_t>(0, whole(json, "source_bytes")));
  saving.sent_bytes = std::uint64_t(std::max<std::int64_t>(0, whole(json, "sent_bytes")));
  saving.reduce_seconds = json[QLatin1String("reduce_seconds")].toDouble();
  saving.bytes_per_second = json[QLatin1String("bytes_per_second")].toDouble();
  return saving;
}

}  // namespace

QString state_name(MessageState state) {
  return QLatin1String(kStates[std::size_t(state)]);
}
MessageState state_from_name(const QString& name) {
  return MessageState(index_of(kStates, name, 0));
}
QString role_name(Role role) {
  return QLatin1String(kRoles[std::size_t(role)]);
}
Role role_from_name(const QString& name) {
  return Role(index_of(kRoles, name, 1));
}

QJsonObject to_json(const AnswerFigures& f) {
  QJsonObject stages;
  for (std::size_t i = 0; i < kStageCount; ++i) {
    if (f.stages.seconds[i] > 0.0) stages[key(Stage(i))] = f.stages.seconds[i];
  }
  QJsonObject json{{QStringLiteral("stages"), stages},
                   {QStringLiteral("ttft"), f.ttft},
                   {QStringLiteral("tpot"), f.tpot},
                   {QStringLiteral("total"), f.total},
                   {QStringLiteral("prompt_tokens"), double(f.prompt_tokens)},
                   {QStringLiteral("vision_tokens"), double(f.vision_tokens)},
                   {QStringLiteral("vision_reused"), double(f.vision_reused)},
                   {QStringLiteral("prefix_reused"), double(f.prefix_reused)},
                   {QStringLiteral("completion_tokens"), double(f.completion_tokens)},
                   {QStringLiteral("reasoning_tokens"), double(f.reasoning_tokens)},
                   {QStringLiteral("draft_tokens"), double(f.draft_tokens)},
                   {QStringLiteral("draft_accepted"), double(f.draft_accepted)},
                   {QStringLiteral("answer_cached"), f.answer_cached},
                   {QStringLiteral("peak_memory"), double(f.peak_memory)},
                   {QStringLiteral("forecast_ttft"), f.forecast_ttft},
                   {QStringLiteral("forecast_memory"), double(f.forecast_memory)}};
  if (f.elsewhere) json[QStringLiteral("elsewhere")] = true;
  if (const QJsonObject untold = untold_json(f.untold); !untold.isEmpty())
    json[QStringLiteral("untold")] = untold;
  if (f.upload.pictures > 0) json[QStringLiteral("upload")] = upload_json(f.upload);
  return json;
}

AnswerFigures figures_from_json(const QJsonObject& json) {
  AnswerFigures f;
  const QJsonObject stages = json[QLatin1String("stages")].toObject();
  for (std::size_t i = 0; i < kStageCount; ++i) f.stages.seconds[i] = stages[key(Stage(i))].toDouble();
  f.ttft = json[QLatin1String("ttft")].toDouble();
  f.tpot = json[QLatin1String("tpot")].toDouble();
  f.total = json[QLatin1String("total")].toDouble();
  f.prompt_tokens = whole(json, "prompt_tokens");
  f.vision_tokens = whole(json, "vision_tokens");
  f.vision_reused = whole(json, "vision_reused");
  f.prefix_reused = whole(json, "prefix_reused");
  f.completion_tokens = whole(json, "completion_tokens");
  f.reasoning_tokens = whole(json, "reasoning_tokens");
  f.draft_tokens = whole(json, "draft_tokens");
  f.draft_accepted = whole(json, "draft_accepted");
  f.elsewhere = json[QLatin1String("elsewhere")].toBool();
  f.untold = untold_from_json(json[QLatin1String("untold")].toObject());
  f.upload = upload_from_json(json[QLatin1String("upload")].toObject());
  f.answer_cached = json[QLatin1String("answer_cached")].toBool();
  f.peak_memory = std::uint64_t(std::max<std::int64_t>(0, whole(json, "peak_memory")));
  f.forecast_ttft = json[QLatin1String("forecast_ttft")].toDouble();
  f.forecast_memory = std::uint64_t(std::max<std::int64_t>(0, whole(json, "forecast_memory")));
  return f;
}

QJsonObject to_json(const ChatOptions& o) {
  QJsonObject json{{QStringLiteral("max_new_tokens"), o.max_new_tokens}};
  if (!o.system_prompt.isEmpty()) json[QStringLiteral("system_prompt")] = o.system_prompt;
  if (o.temperature) json[QStringLiteral("temperature")] = *o.temperature;
  if (o.top_p) json[QStringLiteral("top_p")] = *o.top_p;
  if (o.thinking != Thinking::kModelDefault) json[QStringLiteral("thinking")] = o.thinking == Thinking::kOn;
  if (o.max_pixels > 0) json[QStringLiteral("max_pixels")] = double(o.max_pixels);
  return json;
}

ChatOptions options_from_json(const QJsonObject& json) {
  ChatOptions o;
  o.system_prompt = json[QLatin1String("system_prompt")].toString();
  const QJsonValue temperature = json[QLatin1String("temperature")];
  if (temperature.isDouble()) o.temperature = std::clamp(temperature.toDouble(), 0.0, 2.0);
  const QJsonValue top_p = json[QLatin1String("top_p")];
  if (top_p.isDouble()) o.top_p = std::clamp(top_p.toDouble(), 0.01, 1.0);
  o.max_new_tokens = std::clamp(json[QLatin1String("max_new_tokens")].toInt(o.max_new_tokens), 1, 1'000'000);
  const QJsonValue thinking = json[QLatin1String("thinking")];
  if (thinking.isBool()) o.thinking = thinking.toBool() ? Thinking::kOn : Thinking::kOff;
  o.max_pixels = std::max<std::int64_t>(0, whole(json, "max_pixels"));
  return o;
}

QJsonArray to_json(const std::vector<VisionInput>& vision) {
  QJsonArray list;
  for (const VisionInput& v : vision) {
    list.append(QJsonObject{{QStringLiteral("name"), QString::fromStdString(v.name)},
                            {QStringLiteral("video"), v.video},
                            {QStringLiteral("source"), QJsonArray{v.source_width, v.source_height}},
                            {QStringLiteral("resized"), QJsonArray{v.resized_width, v.resized_height}},
                            {QStringLiteral("grid"), QJsonArray{v.grid_t, v.grid_h, v.grid_w}},
                            {QStringLiteral("tokens"), double(v.tokens)},
                            {QStringLiteral("note"), QString::fromStdString(v.note)}});
  }
  return list;
}

std::vector<VisionInput> vision_from_json(const QJsonArray& json) {
  std::vector<VisionInput> out;
  for (const QJsonValue value : json) {
    const QJsonObject o = value.toObject();
    const QJsonArray source = o[QLatin1String("source")].toArray();
    const QJsonArray resized = o[QLatin1String("resized")].toArray();
    const QJsonArray grid = o[QLatin1String("grid")].toArray();
    VisionInput v;
    v.name = o[QLatin1String("name")].toString().toStdString();
    v.video = o[QLatin1String("video")].toBool();
    v.source_width = source.at(0).toInt();
    v.source_height = source.at(1).toInt();
    v.resized_width = resized.at(0).toInt();
    v.resized_height = resized.at(1).toInt();
    v.grid_t = grid.at(0).toInt();
    v.grid_h = grid.at(1).toInt();
    v.grid_w = grid.at(2).toInt();
    v.tokens = whole(o, "tokens");
    v.note = o[QLatin1String("note")].toString().toStdString();
    out.push_back(std::move(v));
  }
  return out;
}

}  // namespace fovea::ui
