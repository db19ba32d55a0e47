#include "app/server/openai/chat_objects.h"
#include "app/server/openai/verdict.h"
#include "app/server/routes/question.h"
#include "app/server/routes/route.h"
#include "app/server/wire/error_reply.h"
#include "core/api/names.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace fovea::server {
namespace {

using nlohmann::ordered_json;

constexpr int kInferenceTokens = 512;  // the defaults of the deployments whose routes these are
constexpr int kGenerateTokens = 128;

ordered_json inference_reply(const CollectedAnswer& answer, const Call& call) {
  ordered_json reply = {{"id", call.id()}};
  reply.update(verdict_object(answer));
  reply["inference_time_ms"] = answer.metrics.total_seconds * 1000.0;
  reply["tokens_generated"] = answer.metrics.completion_tokens;
  reply["finish_reason"] = openai_finish(answer.finish, false);
  return reply;
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
