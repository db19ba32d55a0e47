#pragma once

#include "app/cli/verb.h"
#include "app/serve/running_servers.h"
#include "core/watch/metrics_text.h"

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace fovea::serve {

/// A question that a server is answering.
struct RunningRequest {
  std::string id;      ///< as in X-Request-Id and in the audit log
  std::string caller;  ///< by the key's name, by address where there are no keys
  std::string route;
  double seconds = 0.0;  ///< since it came
  std::string state;     ///< "waiting", "prefill", "decode"
  std::int64_t tokens = 0;
};

/// A model of a server's.
struct RunningModel {
  std::string name;
  std::string state;         ///< "loaded", "loading", "unloaded"
  std::uint64_t bytes = 0;   ///< that it takes by plan, now
  std::int64_t running = 0;  ///< requests in prefill or decode
  std::int64_t waiting = 0;
};

/// What a server says when it is asked.
struct ServerState {
  RunningServer server;
  double seconds = 0.0;        ///< since it began
  std::string fault;           ///< why it said nothing; empty if it did
  bool ready = false;          ///< takes questions; false while it is being stopped
  std::int64_t in_flight = 0;  ///< requests that are being answered, this question apart
  std::int64_t running = 0;    ///< of the engine: in prefill or decode
  std::int64_t waiting = 0;
  std::int64_t answered = 0;                            ///< questions since it began
  std::vector<RunningModel> models;                     ///< in the server's order; empty: it doesn't tell
  std::optional<std::vector<RunningRequest>> requests;  ///< the oldest first; unset: it doesn't tell
};

/// From what its /metrics say.
ServerState server_state(const RunningServer& server, const watch::MetricsText& metrics, double now);

/// From what its /v1/requests says; nothing if that makes no sense.
std::optional<std::vector<RunningRequest>> running_requests(const std::string& body);

/// The address by which a server is reached from this machine: that of loopback where it listens on every
/// one.
std::string address_here(const std::string& url);

std::string servers_text(const std::vector<ServerState>& servers);
nlohmann::ordered_json servers_json(const std::vector<ServerState>& servers);

/// `fovea ps`: the servers of this user on this machine, their models and requests.
cli::Verb ps_verb();

}  // namespace fovea::serve
