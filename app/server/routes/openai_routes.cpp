#include "app/server/openai/chat_answer.h"
#include "app/server/openai/chat_objects.h"
#include "app/server/routes/question.h"
#include "app/server/routes/route.h"
#include "app/server/wire/error_reply.h"
#include "core/api/names.h"

#include <ctime>
#include <utility>

namespace fovea::server {
namespace {

/// A stream's way to its caller. Its head goes out with the first sign that the question is a good one, so
/// that a bad picture is still an HTTP error.
struct StreamState {
  StreamState(std::shared_ptr<Call> answered, ChatStream events)
      : call(std::move(answered)), stream(std::move(events)) {}

  void take(std::size_t choice, const GenerationEvent& event) {
    std::string text = stream.take(choice, event);
    if (!call->streaming()) {
      held += text;
      if (std::holds_alternative<Queued>(event.what) || event.last()) return;
      call->begin_stream();
      text = std::exchange(held, {});
    }
    if (!text.empty()) call->send(std::move(text));
  }

  void finish(const std::vector<CollectedAnswer>& answers) {
    call->note_answers(answers);
    if (!call->streaming()) {
      for (const CollectedAnswer& answer : answers) {
        if (answer.error) return call->respond(error_reply(*answer.error), verdict_of(answers));
      }
      call->begin_stream();  // cancelled before anything came
    }
    call->end_stream(held + stream.finish(answers), verdict_of(answers));
  }

  std::shared_ptr<Call> call;
  ChatStream stream;
  std::string held;
};

void stream_answers(RouteContext& context, const std::shared_ptr<Call>& call, ChatHead head,
                    ChatRequest request) {
  auto state = std::make_shared<StreamState>(call, ChatStream(std::move(head), request));
  GenerationCallbacks callbacks;
  callbacks.on_event = [state](std::size_t choice, const GenerationEvent& event) {
    state->take(choice, event);
  };
  callbacks.on_done = [state](const std::vector<CollectedAnswer>& answers) { state->finish(answers); };
  start_answers(context, call, std::move(request), std::move(callbacks));
}

void answer_whole(RouteContext& context, const std::shared_ptr<Call>& call, ChatHead head,
                  ChatRequest request) {
  ChatRequest shape;  // what the answer's form depends on
  shape.tools = request.tools;
  shape.logprobs = request.logprobs;
  shape.preset = request.preset;
  GenerationCallbacks callbacks;
  callbacks.on_done = [call, head = std::move(head),
                       shape = std::move(shape)](const std::vector<CollectedAnswer>& answers) {
    call->note_answers(answers);
    for (const CollectedAnswer& answer : answers) {
      if (answer.error) return call->respond(error_reply(*answer.error), verdict_of(answers));
    }
    call->respond(json_reply(chat_completion(head, shape, answers)), verdict_of(answers));
  };
  start_answers(context, call, std::move(request), std::move(callbacks));
}

void chat(RouteContext& context, const std::shared_ptr<Call>& call) {
  Result<ChatRequest> request = read_question(context, *call);
  Result<void> whole = request ? complete(context, *call, *request) : Result<void>(request.error());
  if (!whole)
    return call->respond(error_reply(whole.error()), std::string(error_code_name(whole.error().code)));
  ChatHead head;
  head.id = "chatcmpl-" + call->id();
  head.model = request->model.empty() ? context.models.first().model().name : request->model;
  head.created = std::time(nullptr);
  head.upload_seconds = call->request().upload_seconds;
  head.parse_seconds = call->seconds_since_body();
  if (request->stream) {
    stream_answers(context, call, std::move(head), std::move(*request));
  } else {
    answer_whole(context, call, std::move(head), std::move(*request));
  }
}

void list_models(RouteContext& context, const std::shared_ptr<Call>& call) {
  call->respond(json_reply(models_object(context.models.all(), context.started)), "ok");
}

void show_model(RouteContext& context, const std::shared_ptr<Call>& call) {
  const std::string name = call->request().head.path.substr(std::string("/v1/models/").size());
  for (const ServedModel& model : context.models.all()) {
    if (name == model.info.name) return call->respond(json_reply(model_object(model, context.started)), "ok");
  }
  call->respond(
      plain_error_reply(404, "model_not_found",
                        "There is no such model here. This server has " + context.models.names() + "."),
      "not_found");
}

}  // namespace

std::vector<Route> openai_routes() {
  return {
      {"GET", "/v1/models", RouteKind::kPlain, list_models},
      {"GET", "/v1/models/*", RouteKind::kPlain, show_model},
      {"POST", "/v1/chat/completions", RouteKind::kQuestion, chat},
  };
}

}  // namespace fovea::server
