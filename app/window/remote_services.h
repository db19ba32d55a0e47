#pragma once

#include "core/api/outbound_ledger.h"
#include "ui/remote_service.h"

#include <memory>

namespace fovea {

/// Servers elsewhere for the window, by core/remote. `ledger`: of all connections that this process makes.
ui::RemoteServices remote_services(std::shared_ptr<OutboundLedger> ledger);

}  // namespace fovea
