#include "core/engine/request_order.h"

#include <algorithm>

namespace fovea {

void RequestOrder::enter(OrderedRequest& request) {
  const auto [client, is_new] = clients_.try_emplace(request.client);
  if (is_new) client->second.last = now_;
  ++client->second.requests;
  request.turns = &client->second;
}

void RequestOrder::leave(OrderedRequest& request) {
  request.turns = nullptr;
  const auto client = clients_.find(request.client);
  if (--client->second.requests == 0) clients_.erase(client);
}

void RequestOrder::served(const OrderedRequest& request, Gate gate) {
  const auto at = static_cast<std::size_t>(gate);
  request.turns->last[at] = ++now_[at];
}

void RequestOrder::age(OrderedRequest& request, double now, std::int64_t top) {
  const double lift = std::clamp((now - request.submitted) / kAgeing, 0.0, 1e15);
  request.level = std::min(top, request.priority + static_cast<std::int64_t>(lift));
}

bool RequestOrder::before(const OrderedRequest& a, const OrderedRequest& b, Gate gate) {
  if (a.level != b.level) return a.level > b.level;
  const auto at = static_cast<std::size_t>(gate);
  if (a.turns != b.turns && a.turns->last[at] != b.turns->last[at]) {
    return a.turns->last[at] < b.turns->last[at];
  }
  return a.id < b.id;
}

}  // namespace fovea
