#include "app/server/openai/chat_objects.h"
#include "app/server/routes/route.h"
#include "app/server/wire/error_reply.h"

#include <algorithm>
#include <chrono>

namespace fovea::server {

namespace {

/// `object`, with the models' names and states for those who may ask questions.
nlohmann::ordered_json with_models(nlohmann::ordered_json object, const std::vector<ServedModel>& models,
                                   const Call& call) {
  if (!call.request().caller.empty()) object["models"] = states_list(models);
  return object;
}

}  // namespace

std::vector<Route> status_routes() {
  return {
      {"GET", "/health", RouteKind::kOpen,
       [](RouteContext& context, const std::shared_ptr<Call>& call) {
         const std::vector<ServedModel> models = context.models.all();
         const bool loaded = std::ranges::any_of(
             models, [](const ServedModel& model) { return model.state == ModelState::kLoaded; });
         call->respond(json_reply(with_models({{"status", "ok"}, {"model_loaded", loaded}}, models, *call)),
                       "ok");
       }},
      {"GET", "/ready", RouteKind::kOpen,
       [](RouteContext& context, const std::shared_ptr<Call>& call) {
         HttpResponse response =
             json_reply(with_models({{"ready", context.ready.load()}}, context.models.all(), *call));
         if (!context.ready) response.status = 503;
         call->respond(std::move(response), "ok");
       }},
      {"GET", "/metrics", RouteKind::kPlain,
       [](RouteContext& context, const std::shared_ptr<Call>& call) {
         HttpResponse response;
         response.type = "text/plain; version=0.0.4; charset=utf-8";
         response.body = context.metrics_text();
         response.fields.emplace_back("Cache-Control", "no-store");
         call->respond(std::move(response), "ok");
       }},
      {"GET", "/v1/requests", RouteKind::kPlain,
       [](RouteContext& context, const std::shared_ptr<Call>& call) {
         const auto now = std::chrono::steady_clock::now();
         nlohmann::ordered_json list = nlohmann::ordered_json::array();
         for (const auto& [mark, state, tokens] : context.generations.under_way()) {
           list.push_back({{"id", mark.id},
                           {"caller", mark.caller},
                           {"route", mark.route},
                           {"seconds", std::chrono::duration<double>(now - mark.begun).count()},
                           {"state", question_state_name(state)},
                           {"tokens", tokens}});
         }
         HttpResponse response = json_reply({{"object", "list"}, {"data", std::move(list)}});
         response.fields.emplace_back("Cache-Control", "no-store");
         call->respond(std::move(response), "ok");
       }},
      {"GET", "/openapi.json", RouteKind::kPlain,
       [](RouteContext& context, const std::shared_ptr<Call>& call) {
         HttpResponse response;
         response.body = context.openapi;
         call->respond(std::move(response), "ok");
       }},
  };
}

}  // namespace fovea::server
