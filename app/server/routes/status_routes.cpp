#include "app/server/openai/chat_objects.h"
#include "app/server/routes/route.h"
#include "app/server/wire/error_reply.h"

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
      {"GET", "/openapi.json", RouteKind::kPlain,
       [](RouteContext& context, const std::shared_ptr<Call>& call) {
         HttpResponse response;
         response.body = context.openapi;
         call->respond(std::move(response), "ok");
       }},
  };
}

}  // namespace fovea::server
