#include "app/server/openai/chat_objects.h"
#include "app/server/routes/route.h"
#include "app/server/wire/error_reply.h"

#include <chrono>

namespace fovea::server {

std::vector<Route> status_routes() {
  return {
      {"GET", "/health", RouteKind::kOpen,
       [](RouteContext&, const std::shared_ptr<Call>& call) {
         call->respond(json_reply({{"status", "ok"}, {"model_loaded", true}}), "ok");
       }},
      {"GET", "/ready", RouteKind::kOpen,
       [](RouteContext& context, const std::shared_ptr<Call>& call) {
         HttpResponse response = json_reply({{"ready", context.ready.load()}});
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
         for (const auto& generation : context.generations.under_way()) {
           const QuestionMark& mark = generation->mark();
           list.push_back({{"id", mark.id},
                           {"caller", mark.caller},
                           {"route", mark.route},
                           {"seconds", std::chrono::duration<double>(now - mark.begun).count()},
                           {"state", question_state_name(generation->state())},
                           {"tokens", generation->tokens()}});
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
