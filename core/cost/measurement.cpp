#include "core/cost/measurement.h"

#include "core/cost/burst_fit.h"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

namespace fovea::cost {
namespace {

using Json = nlohmann::json;

Error wrong(const std::string& file, std::string message) {
  return {ErrorCode::kInvalidArgument, "In " + file + ": " + std::move(message),
          "Write it with `fovea bench batch --json > FILE` or `fovea bench decode --json > FILE`.",
          "--bench"};
}

std::optional<double> number_at(const Json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || found == object.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

std::optional<double> mean_of(const Json& part, const char* figure) {
  const auto figures = part.find("figures");
  if (figures == part.end() || !figures->is_object()) return std::nullopt;
  const auto found = figures->find(figure);
  return found == figures->end() ? std::nullopt : number_at(*found, "mean");
}

std::vector<double> values_of(const Json& part, const char* figure) {
  std::vector<double> out;
  const Json& values = part.at("figures").at(figure).value("values", Json::array());
  for (const Json& value : values) {
    if (value.is_number()) out.push_back(value.get<double>());
  }
  return out;
}

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// "batch 4": 4; anything else: 1.
int at_once_of(const std::string& label) {
  constexpr std::string_view kBatch = "batch ";
  int value = 1;
  if (label.starts_with(kBatch))
    std::from_chars(label.data() + kBatch.size(), label.data() + label.size(), value);
  return std::max(value, 1);
}

}  // namespace

Result<Measurement> read_measurement(std::string_view text, const std::string& file) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) return wrong(file, "this is no JSON object.");
  const auto parts = json.find("parts");
  if (parts == json.end() || !parts->is_array()) return wrong(file, "there are no parts of a benchmark.");
  Measurement out;
  out.model = text_at(json, "model");
  out.format = text_at(json, "compute_type");
  out.label = out.model + (out.format.empty() ? "" : " " + out.format);
  std::vector<Burst> bursts;
  double best = 0.0;
  for (const Json& part : *parts) {
    if (!part.is_object()) continue;
    const auto e2el = mean_of(part, "e2el_ms");
    const auto tokens = number_at(part, "new_tokens");
    if (!e2el || !tokens || !(*e2el > 0.0) || !(*tokens > 0.0)) continue;
    const int at_once = at_once_of(text_at(part, "label"));
    const double each = *tokens / at_once;
    const double rate = mean_of(part, "output_tokens_per_s").value_or(*tokens / (*e2el / 1000.0));
    if (!bursts.empty() && at_once <= bursts.back().at_once)
      return wrong(file, "the batches do not grow from part to part.");
    bursts.push_back({at_once, *e2el / 1000.0, mean_of(part, "ttft_ms").value_or(0.0) / 1000.0, {}, {}, {}});
    if (const auto decode = mean_of(part, "decode_tokens_per_s"); decode && *decode > 0.0)
      bursts.back().writing = std::max(0.0, each - 1.0) * at_once / *decode;
    if (bursts.size() == 1) {
      for (const double value : values_of(part, "e2el_ms")) out.spread.push_back(value / *e2el);
    }
    if (at_once == 1) out.alone_tokens_per_second = each / (*e2el / 1000.0);
    if (!(rate > best)) continue;
    best = rate;
    if (at_once > 1) {
      out.batched_tokens_per_second = rate;
      out.batch = at_once;
    }
    out.answer_tokens = each;
    out.prompt_tokens = number_at(part, "prompt_tokens").value_or(0.0);
    out.first_token_share = std::clamp(mean_of(part, "ttft_ms").value_or(0.0) / *e2el, 0.0, 1.0);
  }
  if (bursts.empty())
    return wrong(file, "no part of it has e2el_ms and new_tokens, the time and length of answers.");
  out.curve = points_of(bursts);
  return out;
}

void apply(const Measurement& measurement, CostInputs& inputs) {
  const auto fill = [](CostInputs::Number& field, std::optional<double> value) {
    if (!field && value && *value > 0.0) field = value;
  };
  fill(inputs.prompt_tokens, measurement.prompt_tokens);
  fill(inputs.answer_tokens, measurement.answer_tokens);
  fill(inputs.first_token_share, measurement.first_token_share);
  fill(inputs.alone_tokens_per_second, measurement.alone_tokens_per_second);
  // They belong together: one by hand and the other measured would be neither.
  if (!inputs.batched_tokens_per_second && !inputs.batch && measurement.batched_tokens_per_second) {
    inputs.batched_tokens_per_second = measurement.batched_tokens_per_second;
    inputs.batch = measurement.batch;
  }
}

std::vector<ServicePoint> service_curve(const CostInputs& inputs, const Measurement* measurement) {
  if (measurement != nullptr) {
    std::vector<ServicePoint> curve = measurement->curve;
    const double longer =
        inputs.answer_tokens.value_or(measurement->answer_tokens) / measurement->answer_tokens;
    for (ServicePoint& point : curve) {
      point.seconds *= longer;
      point.writing *= longer;
    }
    return curve;
  }
  std::vector<ServicePoint> curve;
  if (!inputs.answer_tokens) return curve;
  if (inputs.alone_tokens_per_second)
    curve.push_back({1, *inputs.answer_tokens / *inputs.alone_tokens_per_second, 0.0, 0.0, 0.0});
  if (inputs.batched_tokens_per_second && inputs.batch && (*inputs.batch >= 2.0 || curve.empty())) {
    const int batch = static_cast<int>(*inputs.batch);
    curve.push_back(
        {batch, *inputs.answer_tokens * batch / *inputs.batched_tokens_per_second, 0.0, 0.0, 0.0});
  }
  return curve;
}

}  // namespace fovea::cost
