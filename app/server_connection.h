#pragma once

#include "app/cli/host.h"

namespace fovea {

/// `connect_remote_engine` for what the command line names.
Result<std::unique_ptr<Engine>> connect_server(const cli::ServerChoice& choice, const LoadObserver& observer);

}  // namespace fovea
