#include "app/server/routes/route.h"
#include "app/server/wire/error_reply.h"
#include "core/api/outbound_ledger.h"

namespace fovea::server {
namespace {

using nlohmann::ordered_json;

/// Why a picture could not be fetched is kept from whoever named its address, here as in the answer: it would
/// tell which names and ports this machine reaches. The window shows it.
bool is_told_whole(const OutboundExchange& one) {
  return one.why != kWhyMedia || !one.ended() || one.verdict == OutboundVerdict::kAnswered;
}

ordered_json told(const OutboundExchange& one) {
  const bool whole = is_told_whole(one);
  return {{"number", one.number},
          {"host", one.host},
          {"port", one.port},
          {"why", one.why},
          {"begun", one.begun},
          {"verdict", whole ? outbound_verdict_name(one.verdict) : "not_fetched"},
          {"status", whole && one.status != 0 ? ordered_json(one.status) : ordered_json()},
          {"sent_bytes", one.sent_bytes},
          {"received_bytes", whole ? one.received_bytes : 0}};
}

void list_connections(RouteContext& context, const std::shared_ptr<Call>& call) {
  const std::vector<OutboundExchange> exchanges = context.options.ledger->exchanges();
  ordered_json list = ordered_json::array();
  for (auto one = exchanges.rbegin(); one != exchanges.rend(); ++one) list.push_back(told(*one));
  const std::uint64_t earlier = exchanges.empty() ? 0 : exchanges.front().number - 1;
  HttpResponse response = json_reply({{"object", "list"}, {"data", std::move(list)}, {"not_kept", earlier}});
  response.fields.emplace_back("Cache-Control", "no-store");
  call->respond(std::move(response), "ok");
}

}  // namespace

std::vector<Route> connections_routes() {
  return {{"GET", "/v1/connections", RouteKind::kPlain, list_connections}};
}

}  // namespace fovea::server
