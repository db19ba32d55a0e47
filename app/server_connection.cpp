#include "app/server_connection.h"

#include "core/remote/remote_engine.h"

namespace fovea {

Result<std::unique_ptr<Engine>> connect_server(const cli::ServerChoice& choice,
                                               const LoadObserver& observer) {
  RemoteOptions options;
  options.server = choice.address;
  options.model = choice.model;
  options.key = choice.key;
  options.insecure_key = choice.insecure_key;
  options.ledger = choice.ledger;
  return connect_remote_engine(options, observer);
}

}  // namespace fovea
