#include "app/server/routes/question.h"

#include "app/server/openai/field_names.h"
#include "app/server/wire/error_reply.h"
#include "core/api/names.h"
#include "core/api/request_check.h"

#include <algorithm>
#include <utility>

namespace fovea::server {
Result<void> complete(const RouteContext& context, const Call& call, ChatRequest& request) {
  if (context.models.find(request.model) == nullptr) {
    return Error{ErrorCode::kNotFound, "There is no model \"" + request.model.substr(0, 100) + "\" here.",
                 "This server has " + context.models.names() + "; see GET /v1/models.", "model"};
  }
  if (!request.references.empty() && context.fetcher == nullptr) {
    return Error{ErrorCode::kUnsupported, "This server does not fetch pictures by address.",
                 "Send the file as a data URL; who runs the server can allow addresses with --fetch-media.",
                 request.references.front().field};
  }
  for (const MediaReference& reference : request.references) {
    auto fetched = context.fetcher->fetch(reference.url);
    if (!fetched) {
      Error error = fetched.error();
      error.field = reference.field;
      return error;
    }
    Result<ContentPart> part =
        attachment(std::move(*fetched), reference.video, reference.field, request.kept);
    if (!part) return part.error();
    request.generation.messages[reference.message].content[reference.part] = std::move(*part);
  }
  request.generation.client = call.request().caller;
  std::int64_t& pixels = request.generation.image_budget.max_pixels;
  if (pixels == 0) pixels = context.options.default_max_pixels;
  const Result<void> valid = validate(request.generation);
  if (!valid) return in_callers_words(valid.error());
  return {};
}

void start_answers(RouteContext& context, const std::shared_ptr<Call>& call, ChatRequest request,
                   GenerationCallbacks callbacks) {
  int pictures = 0;
  int clips = 0;
  for (const Message& message : request.generation.messages) {
    for (const ContentPart& part : message.content) {
      pictures += std::holds_alternative<ImagePart>(part) ? 1 : 0;
      clips += std::holds_alternative<VideoPart>(part) ? 1 : 0;
    }
  }
  call->note_media(pictures, clips);
  std::vector<GenerationRequest> requests(static_cast<std::size_t>(request.choices), request.generation);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (requests[i].sampling.seed)
      *requests[i].sampling.seed += i;  // the same one would give the same answer
  }
  const auto generation =
      context.generations.start(*context.models.find(request.model),
                                {call->id(), call->request().caller, call->route(), call->request().begun},
                                std::move(requests), std::move(callbacks), std::move(request.kept));
  call->exchange().on_gone([weak = std::weak_ptr(generation)] {
    if (const auto running = weak.lock()) running->cancel();
  });
}

std::string verdict_of(const std::vector<CollectedAnswer>& answers) {
  for (const CollectedAnswer& answer : answers) {
    if (answer.error) return std::string(error_code_name(answer.error->code));
  }
  return std::string(finish_reason_name(answers.front().finish));
}

}  // namespace fovea::server
