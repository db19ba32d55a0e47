#include "app/server/openai/verdict.h"

#include "core/output/structured/value_confidence.h"

#include <cmath>
#include <optional>
#include <string_view>

namespace fovea::server {
namespace {

using nlohmann::ordered_json;

std::optional<double> mean_confidence(const std::vector<TokenLogprob>& logprobs) {
  if (logprobs.empty()) return std::nullopt;
  double sum = 0.0;
  for (const TokenLogprob& token : logprobs) sum += token.logprob;
  return std::exp(sum / static_cast<double>(logprobs.size()));
}

/// From the first brace to the last; empty if there are none.
std::string_view object_in(std::string_view text) {
  const std::size_t begin = text.find('{');
  const std::size_t end = text.rfind('}');
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
  return text.substr(begin, end - begin + 1);
}

}  // namespace

ordered_json verdict_object(const CollectedAnswer& answer) {
  ordered_json result = answer.text;
  ordered_json reasons = ordered_json::array();
  std::optional<double> confidence;
  const std::string_view text = object_in(answer.text);
  const ordered_json object = ordered_json::parse(text, nullptr, false);
  if (object.is_object() && object.contains("result")) {
    result = object["result"];
    confidence = value_confidence(text, answer.logprobs, "result");
  } else if (answer.text.find('{') == std::string::npos) {
    confidence = mean_confidence(answer.logprobs);
  }
  if (object.is_object() && object.contains("reasons") && object["reasons"].is_array())
    reasons = object["reasons"];
  return {{"result", std::move(result)},
          {"reasons", std::move(reasons)},
          {"confidence", confidence ? ordered_json(*confidence) : ordered_json()}};
}

}  // namespace fovea::server
