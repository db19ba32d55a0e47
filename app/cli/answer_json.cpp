#include "app/cli/answer_json.h"

#include "core/api/names.h"

#include <string_view>

#include <nlohmann/json.hpp>

namespace fovea::cli {
namespace {

using Json = nlohmann::ordered_json;

/// One line. Text that is no UTF-8 is repaired: a script's parser must never stumble over a model's bytes.
std::string printed(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json error_object(const Error& error) {
  Json json = {{"code", error_code_name(error.code)}, {"message", error.message}};
  if (!error.remedy.empty()) json["remedy"] = error.remedy;
  if (!error.field.empty()) json["field"] = error.field;
  return json;
}

Json model_object(const ModelInfo& model) {
  return {
      {"name", model.name},
      {"family", model.family},
      {"architecture", model.architecture},
      {"parameters", model.parameters == 0 ? Json() : Json(model.parameters)},
      {"checkpoint_type", model.checkpoint_type},
      {"compute_type", model.compute_type},
      {"weight_format",
       model.weights_bytes == 0 ? Json() : Json(model.weight_format.empty() ? "model" : model.weight_format)},
      {"weights_bytes", model.weights_bytes == 0 ? Json() : Json(model.weights_bytes)},
      {"kv_cache_type", model.kv_cache_type.empty() ? Json() : Json(model.kv_cache_type)},
      {"adapter", model.adapter.empty() ? Json() : Json(model.adapter)},
      {"note", model.note}};
}

Json vision_list(const std::vector<VisionInput>& inputs) {
  Json list = Json::array();
  for (const VisionInput& input : inputs) {
    Json json = {{"name", input.name},
                 {"kind", input.video ? "clip" : "picture"},
                 {"source", {input.source_width, input.source_height}},
                 {"resized", {input.resized_width, input.resized_height}},
                 {"grid", {input.grid_t, input.grid_h, input.grid_w}},
                 {"tokens", input.tokens}};
    if (input.video) json["frames"] = input.frame_indices;
    if (!input.note.empty()) json["note"] = input.note;
    list.push_back(std::move(json));
  }
  return list;
}

Json usage_object(const RequestMetrics& metrics) {
  const Untold& untold = metrics.untold;
  const auto told = [](bool unknown, std::int64_t count) { return unknown ? Json() : Json(count); };
  return {{"prompt_tokens", told(untold.tokens, metrics.prompt_tokens)},
          {"vision_tokens", told(untold.vision, metrics.vision_tokens)},
          {"vision_reused", told(untold.vision, metrics.vision_reused)},
          {"completion_tokens", told(untold.tokens, metrics.completion_tokens)},
          {"reasoning_tokens", told(untold.reasoning, metrics.reasoning_tokens)},
          {"draft_tokens", told(untold.tokens, metrics.draft_tokens)},
          {"draft_accepted", told(untold.tokens, metrics.draft_accepted)},
          {"total_tokens", told(untold.tokens, metrics.prompt_tokens + metrics.completion_tokens)}};
}

Json stages_object(const StageTimes& stages) {
  Json json = Json::object();
  for (std::size_t i = 0; i < kStageCount; ++i) {
    if (stages.seconds[i] > 0.0) json[std::string(stage_name(static_cast<Stage>(i)))] = stages.seconds[i];
  }
  return json;
}

Json upload_object(const UploadSaving& upload) {
  const double saved = upload.saved_seconds();
  return {{"pictures", upload.pictures},
          {"source_bytes", upload.source_bytes},
          {"sent_bytes", upload.sent_bytes},
          {"reduce_seconds", upload.reduce_seconds},
          {"saved_seconds", saved > 0.0 ? Json(saved) : Json()}};
}

Json logprob_list(const std::vector<TokenLogprob>& logprobs) {
  Json list = Json::array();
  for (const TokenLogprob& token : logprobs) {
    Json json = {{"id", token.id}, {"token", token.bytes}, {"logprob", token.logprob}};
    Json top = Json::array();
    for (const LikelyToken& likely : token.top) {
      top.push_back({{"id", likely.id}, {"token", likely.bytes}, {"logprob", likely.logprob}});
    }
    if (!top.empty()) json["top"] = std::move(top);
    list.push_back(std::move(json));
  }
  return list;
}

}  // namespace

std::string answer_json(const Answer& answer, const ModelInfo& model, const AnswerContext& context) {
  const RequestMetrics& metrics = answer.metrics;
  Json json;
  json["answer"] = answer.text;
  json["reasoning"] = answer.reasoning;
  json["finish_reason"] = answer.error ? "failed" : finish_reason_name(answer.finish);
  if (!answer.stop_string.empty()) json["stop_string"] = answer.stop_string;
  if (answer.error) json["error"] = error_object(*answer.error);
  json["model"] = model_object(model);
  json["usage"] = usage_object(metrics);
  json["stages"] = stages_object(metrics.stages);
  const double tpot = metrics.tpot();
  json["ttft"] = metrics.ttft();
  json["tpot"] = metrics.untold.tokens ? Json() : Json(tpot);
  json["tokens_per_second"] = metrics.untold.tokens ? Json() : Json(tpot > 0.0 ? 1.0 / tpot : 0.0);
  json["total_seconds"] = metrics.total_seconds;
  json["load_seconds"] = context.load_seconds < 0.0 ? Json() : Json(context.load_seconds);
  json["peak_memory_bytes"] = metrics.peak_memory_bytes == 0 ? Json() : Json(metrics.peak_memory_bytes);
  json["forecast"] = {{"peak_memory_bytes",
                       metrics.forecast_memory_bytes == 0 ? Json() : Json(metrics.forecast_memory_bytes)},
                      {"ttft", metrics.forecast_ttft == 0.0 ? Json() : Json(metrics.forecast_ttft)}};
  json["answer_cached"] = metrics.answer_cached;
  json["vision"] = vision_list(answer.vision);
  if (answer.upload.pictures > 0) json["upload"] = upload_object(answer.upload);
  if (context.confidence) json["confidence"] = *context.confidence;
  if (!answer.logprobs.empty()) json["logprobs"] = logprob_list(answer.logprobs);
  return printed(json);
}

std::string error_json(const Error& error) {
  return printed({{"error", error_object(error)}});
}

namespace {

std::string_view verdict_name(AdmissionForecast::Verdict verdict) {
  switch (verdict) {
    case AdmissionForecast::Verdict::kAtOnce:
      return "at_once";
    case AdmissionForecast::Verdict::kWaits:
      return "waits";
    case AdmissionForecast::Verdict::kTooLarge:
      return "too_large";
    case AdmissionForecast::Verdict::kTooLong:
      return "too_long";
  }
  return {};
}

Json admission_object(const AdmissionForecast& admission) {
  return {{"verdict", verdict_name(admission.verdict)},
          {"needed_bytes", admission.needed},
          {"room_bytes", admission.room == 0 ? Json() : Json(admission.room)},
          {"most_tokens", admission.most_tokens},
          {"fitting_pixels", admission.fitting_pixels == 0 ? Json() : Json(admission.fitting_pixels)}};
}

}  // namespace

std::string preview_json(const QuestionPlan& plan, const ModelInfo& model) {
  const Preview& preview = plan.preview;
  Json memory;
  if (preview.memory) {
    const MemoryForecast& forecast = *preview.memory;
    memory = {{"held_bytes", forecast.held},
              {"kv_cache_bytes", forecast.keys_values},
              {"pictures_bytes", forecast.pictures},
              {"activations_bytes", forecast.activations},
              {"peak_bytes", forecast.peak()},
              {"limit_bytes", forecast.limit == 0 ? Json() : Json(forecast.limit)}};
  }
  return printed({{"model", model_object(model)},
                  {"prompt_tokens", preview.prompt_tokens},
                  {"memory", memory},
                  {"admission", plan.admission ? admission_object(*plan.admission) : Json()},
                  {"ttft", preview.ttft_seconds ? Json(*preview.ttft_seconds) : Json()},
                  {"vision", vision_list(preview.vision)},
                  {"prompt", preview.prompt}});
}

}  // namespace fovea::cli
