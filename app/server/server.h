#pragma once

#include "app/server/answering/model_list.h"
#include "app/server/server_options.h"
#include "core/api/engine.h"

#include <cstdint>
#include <memory>
#include <string>

namespace fovea::server {

/// The REST server over one engine or several. Construction and destruction by one thread; the rest by any.
class Server {
 public:
  virtual ~Server() = default;  ///< cancels what still runs and closes every connection

  virtual std::uint16_t port() const = 0;
  /// "http://127.0.0.1:8080".
  virtual std::string url() const = 0;

  /// Takes no new questions and waits until those that run are answered. False if some were left after
  /// `seconds`; they are cancelled by the destructor.
  virtual bool drain(double seconds) = 0;
};

/// Starts it; the models must outlive it. `openapi`: what GET /openapi.json gives. Errors: listen_http's,
/// AuditLog's and ModelList's; kForbidden for an address other than loopback without a key or a token's
/// secret; kInvalidArgument for a route that isn't there or a secret that is too short.
Result<std::unique_ptr<Server>> start_server(ServedModels models, ServerOptions options, std::string openapi);
Result<std::unique_ptr<Server>> start_server(Engine& engine, ServerOptions options, std::string openapi);

}  // namespace fovea::server
