#pragma once

#include "app/server/access/api_keys.h"
#include "app/server/access/jwt.h"
#include "app/server/http/http_server.h"
#include "app/server/observing/hardware_sampler.h"
#include "core/api/outbound_ledger.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fovea::server {

struct ServerOptions {
  std::string address = "127.0.0.1";  ///< numeric; others than loopback need a key or a token's secret
  std::uint16_t port = 8080;          ///< 0: any free one
  HttpLimits http;
  std::size_t body_bytes = 64 << 20;  ///< the largest body of a question
  ApiKeys keys;
  std::optional<JwtRules> jwt;
  std::size_t rate_limit = 0;            ///< questions a minute and caller; 0: any number
  std::size_t in_flight = 0;             ///< questions of one caller at once; 0: any number
  std::vector<std::string> host_names;   ///< by which callers may know it, besides localhost and addresses
  std::vector<std::string> origins;      ///< of other sites whose pages may call it
  std::vector<std::string> routes;       ///< the only paths that are open; empty: all
  std::vector<std::string> model_names;  ///< by which the first model may be asked for, besides its own
  std::string audit_file;                ///< empty: none
  bool fetch_media = false;              ///< pictures by http and https address
  int default_max_tokens = 512;          ///< where a question doesn't say
  std::int64_t default_max_pixels = 0;   ///< of a picture, where a question doesn't say; 0: the model's own
  std::string page_folder;               ///< of the page at "/"; empty: none
  HardwareSources hardware;              ///< of the figures of GPUs and processors in GET /metrics
  /// What the program asks others, which GET /v1/connections shows and fetched pictures enter; never null.
  std::shared_ptr<OutboundLedger> ledger = std::make_shared<OutboundLedger>();
};

}  // namespace fovea::server
