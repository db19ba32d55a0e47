#pragma once

#include "core/api/generation_event.h"

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace fovea {

/// Where requests take turns: before they are prepared, and before they come into the batch.
enum class Gate { kPrepare, kBegin };

/// A client that has requests in the engine, and when it had its last turn at each gate.
struct ClientTurns {
  std::int64_t requests = 0;
  std::array<std::uint64_t, 2> last{};
};

/// What decides whose turn it is. Times are seconds of the engine's clock.
struct OrderedRequest {
  RequestId id = 0;  ///< grows with every request
  std::int64_t priority = 0;
  std::string client;
  double submitted = 0.0;

  // RequestOrder's own.
  std::int64_t level = 0;  ///< the priority that it waits with, or had when its turn came
  ClientTurns* turns = nullptr;
};

/// The order in which requests get their turn: highest priority first; among equals the clients take turns;
/// a client's own requests go first come first served.
///
/// Nobody waits for ever: each kAgeing seconds since submission lift a request by one, up to the highest
/// priority that waits. There turns are kept: a client that was just served, or has just come, is behind all
/// others, so at most one request of each other client goes before one's own next.
class RequestOrder {
 public:
  static constexpr double kAgeing = 5.0;

  void enter(OrderedRequest& request);
  void leave(OrderedRequest& request);
  /// The request had its turn.
  void served(const OrderedRequest& request, Gate gate);

  /// Brings a request's level up to date; `top`: the highest priority that waits.
  static void age(OrderedRequest& request, double now, std::int64_t top);

  /// Whether `a` gets its turn before `b`; levels must be up to date.
  static bool before(const OrderedRequest& a, const OrderedRequest& b, Gate gate);

 private:
  std::unordered_map<std::string, ClientTurns> clients_;  ///< by name
  std::array<std::uint64_t, 2> now_{};                    ///< turns so far
};

}  // namespace fovea
