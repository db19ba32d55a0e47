#include "app/server/openai/chat_objects.h"
#include "app/server/routes/question.h"
#include "app/server/routes/route.h"
#include "app/server/wire/error_reply.h"
#include "core/api/names.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace fovea::server {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int kInferenceTokens = 512;  // the defaults of the deployments whose routes these are
constexpr int kGenerateTokens = 128;

/// The geometric mean of the tokens' probabilities: what the model's own choice says, not what it claims.
double confidence_of(const std::vector<TokenLogprob>& logprobs) {
  if (logprobs.empty()) return 0.0;
  double sum = 0.0;
  for (const TokenLogprob& token : logprobs) sum += token.logprob;
  return std::exp(sum / static_cast<double>(logprobs.size()));
}

/// An answer that is a JSON object, perhaps in a fence; else nothing.
json object_in(std::string_view text) {
  const std::size_t begin = text.find('{');
  const std::size_t end = text.rfind('}');
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
  json parsed = json::parse(text.substr(begin, end - begin + 1), nullptr, false);
  return parsed.is_object() ? parsed : json();
}

ordered_json inference_reply(const CollectedAnswer& answer, const Call& call) {
  ordered_json result = answer.text;
  ordered_json reasons = ordered_json::array();
  const json object = object_in(answer.text);
  if (object.contains("result")) result = object["result"];
  if (object.contains("reasons") && object["reasons"].is_array()) reasons = object["reasons"];
  return {{"id", call.id()},
          {"result", std::move(result)},
          {"reasons", std::move(reasons)},
          {"confidence", confidence_of(answer.logprobs)},
          {"inference_time_ms", answer.metrics.total_seconds * 1000.0},
          {"tokens_generated", answer.metrics.completion_tokens},
          {"finish_reason", openai_finish(answer.finish, false)}};
}

ordered_json generate_reply(const CollectedAnswer& answer, const Call& call) {
  return {{"id", call.id()},
          {"text", answer.text},
          {"reasoning", answer.reasoning},
          {"finish_reason", openai_finish(answer.finish, false)},
          {"usage", usage_object({answer})},
          {"timings", timings_object(answer.metrics, call.request().upload_seconds, 0.0)},
          {"vision", vision_list(answer.vision)}};
}

using Reply = ordered_json (*)(const CollectedAnswer&, const Call&);

void answer_flat(RouteContext& context, const std::shared_ptr<Call>& call, int max_tokens, Reply reply) {
  Result<ChatRequest> request = read_flat_question(context, *call, max_tokens);
  Result<void> whole = request ? complete(context, *call, *request) : Result<void>(request.error());
  if (!whole)
    return call->respond(error_reply(whole.error()), std::string(error_code_name(whole.error().code)));
  request->generation.sampling.logprobs = std::max(request->generation.sampling.logprobs, 0);
  GenerationCallbacks callbacks;
  callbacks.on_done = [call, reply](const std::vector<CollectedAnswer>& answers) {
    call->note_answers(answers);
    if (answers.front().error) return call->respond(error_reply(*answers.front().error), verdict_of(answers));
    call->respond(json_reply(reply(answers.front(), *call)), verdict_of(answers));
  };
  start_answers(context, call, std::move(*request), std::move(callbacks));
}

}  // namespace

std::vector<Route> reference_routes() {
  return {
      {"POST", "/v1/multimodal/inference", RouteKind::kQuestion,
       [](RouteContext& context, const std::shared_ptr<Call>& call) {
         answer_flat(context, call, kInferenceTokens, inference_reply);
       }},
      {"POST", "/api/v1/generate", RouteKind::kQuestion,
       [](RouteContext& context, const std::shared_ptr<Call>& call) {
         answer_flat(context, call, kGenerateTokens, generate_reply);
       }},
  };
}

}  // namespace fovea::server
